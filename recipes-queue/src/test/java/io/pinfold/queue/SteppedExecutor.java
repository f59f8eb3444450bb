package io.pinfold.queue;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs tasks on a thread of its own until a test stops it, and then one turn at a time, in the thread of the test.
 * Thread-safe: what waits is in a concurrent queue.
 */
final class SteppedExecutor implements Executor, AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    @Override
    public void execute(Runnable task) {
        if (stopped) {
            waiting.add(task);
        } else {
            thread.execute(task);
        }
    }

    /** From now on tasks wait. */
    void stop() {
        stopped = true;
    }

    /** Runs what waits, and what that brings. */
    void step() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    /** From now on tasks run by themselves again, after those that wait. */
    void goOn() {
        step();
        stopped = false;
        step();
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
