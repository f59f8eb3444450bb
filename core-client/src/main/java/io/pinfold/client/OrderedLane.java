package io.pinfold.client;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time, in order, on threads of an executor that may have many. Thread-safe: a lock-free queue, and a
 * flag that says whether somebody empties it.
 */
final class OrderedLane implements Lane, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(OrderedLane.class);
    /** After so many tasks the thread goes back to the executor, which may have others waiting. */
    private static final int TASKS_PER_TURN = 1000;

    private final Executor executor;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean busy = new AtomicBoolean();

    OrderedLane(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        wake();
    }

    private void wake() {
        if (!tasks.isEmpty() && busy.compareAndSet(false, true)) {
            try {
                executor.execute(this);
            } catch (RejectedExecutionException e) {
                busy.set(false);
                LOG.warn("callbacks-refused reason={}", e.getMessage());
            }
        }
    }

    @Override
    public void run() {
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            Lane.runSafely(task);
        }
        busy.set(false);
        wake();
    }
}
