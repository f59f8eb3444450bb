package io.pinfold.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {
    private final Queue<Runnable> pool = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private final SerialExecutor serial = new SerialExecutor(pool::add);

    @Test
    void runsTasksInOrderAndInOneTurn() {
        serial.execute(() -> done.add("a"));
        serial.execute(() -> done.add("b"));

        assertEquals(1, pool.size());
        pool.remove().run();

        assertEquals(List.of("a", "b"), done);
        assertTrue(pool.isEmpty());
    }

    @Test
    void runsWhatATaskAddsAfterTheTask() {
        serial.execute(() -> {
            serial.execute(() -> done.add("later"));
            serial.executeInline(() -> done.add("later still"));
            done.add("now");
        });

        pool.remove().run();

        assertEquals(List.of("now", "later", "later still"), done);
    }

    @Test
    void runsInlineOnlyWhenNothingElseIsToBeDone() {
        serial.executeInline(() -> done.add("inline"));
        assertEquals(List.of("inline"), done);

        serial.execute(() -> done.add("first"));
        serial.executeInline(() -> done.add("second"));
        assertEquals(List.of("inline"), done);

        pool.remove().run();
        assertEquals(List.of("inline", "first", "second"), done);
    }

    @Test
    void givesWhatCameDuringAnInlineTaskToTheExecutor() {
        serial.executeInline(() -> serial.execute(() -> done.add("later")));

        assertEquals(List.of(), done);
        pool.remove().run();
        assertEquals(List.of("later"), done);
    }

    @Test
    void goesOnAfterATaskThatThrows() {
        serial.execute(() -> {
            throw new IllegalStateException("thrown on purpose");
        });
        serial.execute(() -> done.add("next"));

        pool.remove().run();

        assertEquals(List.of("next"), done);
    }

    @Test
    void letsTheExecutorsOtherUsersHaveATurn() {
        for (int i = 0; i < 100; i++) {
            serial.execute(() -> done.add("task"));
        }

        pool.remove().run();

        assertTrue(done.size() < 100);
        assertFalse(pool.isEmpty());
        pool.remove().run();
        assertEquals(100, done.size());
    }

    @Test
    void runsTasksItselfWhenTheExecutorIsShutDown() {
        SerialExecutor orphaned = new SerialExecutor(task -> {
            throw new RejectedExecutionException();
        });

        for (int i = 0; i < 100; i++) {
            orphaned.execute(() -> done.add("task"));
        }

        assertEquals(100, done.size());
    }

    @Test
    void neverRunsTwoTasksAtOnceAndLosesNone() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        SerialExecutor contended = new SerialExecutor(threads);
        int tasks = 20_000;
        CountDownLatch all = new CountDownLatch(2 * tasks);
        int[] count = new int[1]; // unguarded on purpose
        for (int t = 0; t < 2; t++) {
            boolean inline = t == 0;
            threads.execute(() -> {
                for (int i = 0; i < tasks; i++) {
                    Runnable task = () -> {
                        count[0]++;
                        all.countDown();
                    };
                    if (inline) {
                        contended.executeInline(task);
                    } else {
                        contended.execute(task);
                    }
                }
            });
        }

        assertTrue(all.await(20, TimeUnit.SECONDS));
        assertEquals(2 * tasks, count[0]);
        threads.shutdownNow();
    }
}
