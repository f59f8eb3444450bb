package io.pinfold.client;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Time and threads of a client, for recipes: whoever takes both from here runs unchanged under a simulated clock.
 * Thread-safe.
 */
public interface ClientRuntime {
    /** {@return a monotonic clock in nanoseconds, as {@link System#nanoTime()}} */
    long nanoTime();

    /** {@return the wall clock in milliseconds since 1970, which may be set at any time, backwards as well} */
    default long wallMillis() {
        return System.currentTimeMillis();
    }

    /**
     * Runs a task later, on the callback executor.
     *
     * @param delay how much later, by the clock of {@link #nanoTime()}; more than a century counts as a century
     * @param task what to run; must not block
     * @return a handle whose {@code cancel} keeps the task from running if it did not start yet
     */
    Cancellable schedule(Duration delay, Runnable task);

    /** {@return where callbacks run; may run several tasks at the same time} */
    Executor callbackExecutor();

    /**
     * {@return random bits as a lower-case UUID, for names that must be unique; of version 8, while other clients use
     * version 4, so that one can tell whose znode has it in its name}
     */
    String newGuid();

    /**
     * {@return what this process is called in the eyes of an operator, unless its user knows better: {@code host/pid}} The first
     * call in a process may take a moment to look up the host's name.
     */
    String processName();

    /** {@return who is to be told what recipes do; never fails, and costs little} */
    default ClientObserver observer() {
        return ClientObserver.NONE;
    }

    /** A task that may be called off. */
    @FunctionalInterface
    interface Cancellable {
        /** Keeps the task from running if it did not start yet. Does not block. */
        void cancel();
    }
}
