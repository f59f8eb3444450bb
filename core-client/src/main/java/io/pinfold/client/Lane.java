package io.pinfold.client;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.LoggerFactory;

/** Where completions and events of one view of a client run, in order. Thread-safe. */
interface Lane {
    /** In the thread that completes: for futures that nobody but a waiting thread sees. Never for users' code. */
    Lane DIRECT = Runnable::run;

    /** Runs a task behind all that were handed over before. */
    void execute(Runnable task);

    /** {@return a lane for an executor that keeps the order itself} */
    static Lane of(Executor ordered) {
        return task -> {
            try {
                ordered.execute(task);
            } catch (RejectedExecutionException e) {
                LoggerFactory.getLogger(Lane.class).debug("An executor for callbacks was shut down before its view");
            }
        };
    }

    /** Runs users' code: what it throws is logged. */
    static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) { // the boundary between users' code and our threads
            LoggerFactory.getLogger(Lane.class).error("A callback failed", e);
        }
    }
}
