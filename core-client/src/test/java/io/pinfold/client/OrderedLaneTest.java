package io.pinfold.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One task at a time, in order, on an executor that has many threads. */
class OrderedLaneTest {
    @Test
    void tasksOfOneThreadRunInOrderAndNeverTwoAtATime() throws InterruptedException {
        ExecutorService many = Executors.newFixedThreadPool(4);
        try {
            OrderedLane lane = new OrderedLane(many);
            List<Integer> ran = new ArrayList<>(); // guarded by the lane's own order
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger crowded = new AtomicInteger();
            int count = 20_000;
            CountDownLatch done = new CountDownLatch(count);
            for (int i = 0; i < count; i++) {
                int number = i;
                lane.execute(() -> {
                    crowded.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    ran.add(number);
                    inside.decrementAndGet();
                    done.countDown();
                });
            }

            assertTrue(done.await(10, TimeUnit.SECONDS));
            assertEquals(IntStream.range(0, count).boxed().toList(), ran);
            assertEquals(1, crowded.get());
        } finally {
            many.shutdownNow();
        }
    }

    @Test
    void taskThatThrowsDoesNotStopTheNext() {
        ArrayDeque<Runnable> executor = new ArrayDeque<>();
        OrderedLane lane = new OrderedLane(executor::add);
        List<String> ran = new ArrayList<>();
        lane.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        lane.execute(() -> ran.add("next"));

        executor.remove().run();

        assertEquals(List.of("next"), ran);
    }
}
