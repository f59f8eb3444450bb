package io.pinfold.client;

import java.util.concurrent.Executor;

/** Where completions and events of one view of a client run, in order. Thread-safe. */
interface Lane {
    /** In the thread that completes: for futures that nobody but a waiting thread sees. Never for users' code. */
    Lane DIRECT = Runnable::run;

    /** Runs a task behind all that were handed over before. */
    void execute(Runnable task);

    /** {@return a lane for an executor that keeps the order itself} */
    static Lane of(Executor ordered) {
        return ordered::execute;
    }
}
