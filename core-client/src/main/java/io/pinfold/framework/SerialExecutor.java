package io.pinfold.framework;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time and in the order in which they were given, on threads of another executor. Holds no thread
 * while there is nothing to do. What a task did is visible to the next one.
 *
 * <p>A recipe uses one for its progress and another for its user's callbacks, so that a slow listener delays later
 * callbacks of the same recipe and nothing else. What a task throws is logged and does not keep the next from running.
 *
 * <p>Thread-safe: a task belongs to whoever raises {@code pending} from zero until it is back at zero.
 */
public final class SerialExecutor implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

    /** After so many tasks the thread goes back to the executor, for the sake of its other users. */
    private static final int TASKS_PER_TURN = 64;

    private final Executor executor;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();

    /**
     * Makes one.
     *
     * @param executor where the tasks run; when it refuses work because it was shut down, tasks run in the thread that
     *     brings them, so that nobody waits for them for ever
     */
    public SerialExecutor(Executor executor) {
        this.executor = executor;
    }

    /**
     * Has a task run after all tasks given before. Does not block.
     *
     * @param task what to run
     */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (pending.getAndIncrement() == 0) {
            beginTurn();
        }
    }

    /**
     * Runs a task at once in the calling thread if no other task runs or waits; otherwise as {@link #execute}. Saves
     * the way through the other executor where the calling thread may do the work as well.
     *
     * @param task what to run
     */
    public void executeInline(Runnable task) {
        if (pending.compareAndSet(0, 1)) {
            run(task);
            if (pending.decrementAndGet() != 0) {
                beginTurn();
            }
        } else {
            execute(task);
        }
    }

    private void beginTurn() {
        try {
            executor.execute(this::turn);
        } catch (RejectedExecutionException shutDown) {
            while (runSome()) {
                LOG.debug("serial-turn-inline");
            }
        }
    }

    private void turn() {
        if (runSome()) {
            beginTurn();
        }
    }

    /** Returns whether tasks are left. */
    private boolean runSome() {
        int done = 0;
        do {
            run(tasks.remove());
            done++;
            if (pending.decrementAndGet() == 0) {
                return false;
            }
        } while (done < TASKS_PER_TURN);
        return true;
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error failure) {
            LOG.error("serial-task-failed", failure);
        }
    }
}
