package io.pinfold.client.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many threads there are for callbacks, by a clock that the test moves. */
@Timeout(30)
class CallbackThreadsTest {
    private final Queue<Runnable> looks = new ConcurrentLinkedQueue<>();
    private final CallbackThreads threads = new CallbackThreads(2, 8, looks::add);
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore letGo = new Semaphore(0);

    @AfterEach
    void letAllGo() {
        letGo.release(1000);
    }

    @Test
    void aBurstNeedsNoMoreThanAreReady() throws Exception {
        int tasks = 10_000;
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        CountDownLatch done = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            threads.execute(() -> {
                used.add(Thread.currentThread());
                done.countDown();
            });
        }

        assertTrue(done.await(20, TimeUnit.SECONDS));
        assertTrue(used.size() <= 2, used::toString);
    }

    @Test
    void callbacksThatBlockGetMoreThreadsBesideThem() throws Exception {
        block(2);
        begun.acquire(2);
        CountDownLatch third = new CountDownLatch(1);
        threads.execute(third::countDown);
        assertEquals(2, threads.count());

        patienceIsOver();

        assertTrue(third.await(20, TimeUnit.SECONDS));
    }

    @Test
    void callbacksThatWaitForOthersAreNotLeftWaiting() throws Exception {
        CountDownLatch last = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(7);
        for (int i = 0; i < 7; i++) {
            threads.execute(() -> {
                begun.release();
                await(last);
                done.countDown();
            });
        }
        threads.execute(last::countDown);
        begun.acquire(2);

        patienceIsOver(); // four threads
        begun.acquire(2);
        patienceIsOver(); // eight

        assertTrue(done.await(20, TimeUnit.SECONDS));
    }

    @Test
    void theyAreNoMoreThanTheLimit() throws Exception {
        block(20);
        begun.acquire(2);
        for (int i = 0; i < 5; i++) {
            patienceIsOver();
        }
        begun.acquire(6);
        assertEquals(8, threads.count());
        assertFalse(begun.tryAcquire());

        letGo.release(20);
        begun.acquire(12);
    }

    @Test
    void tasksThatEndAreReasonEnoughToWait() throws Exception {
        block(3);
        begun.acquire(2);
        letGo.release();
        begun.acquire(); // one ended, and the third began
        block(1);
        patienceIsOver();
        int after = threads.count();

        assertTrue(after <= 2, () -> "threads: " + after);
    }

    private void block(int tasks) {
        for (int i = 0; i < tasks; i++) {
            threads.execute(() -> {
                begun.release();
                letGo.acquireUninterruptibly();
            });
        }
    }

    private void patienceIsOver() {
        Runnable look = looks.poll();
        if (look != null) {
            look.run();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
