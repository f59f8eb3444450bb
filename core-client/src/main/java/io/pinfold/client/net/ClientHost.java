package io.pinfold.client.net;

import java.util.concurrent.Executor;

/**
 * The world as a client needs it: a loop that runs one thing at a time, a clock, connections, threads for callbacks, and
 * randomness. Production uses {@link NettyHost}; a simulation puts its own in place. Thread-safe, except for
 * {@link #connect}, which is confined to the loop.
 */
public interface ClientHost {
    /** Called off by whoever asked for something. */
    @FunctionalInterface
    interface Cancellable {
        /** Keeps it from happening if it did not happen yet; may be called from any thread. */
        void cancel();
    }

    /** {@return a monotonic clock; thread-safe} */
    long nanoTime();

    /** {@return the wall clock in milliseconds, which may be set at any time, backwards as well; thread-safe} */
    long wallMillis();

    /** Runs a task on the loop, behind all that were handed over before; thread-safe. */
    void execute(Runnable task);

    /** Runs a task on the loop later; thread-safe. */
    Cancellable schedule(long delayNanos, Runnable task);

    /** Begins to open a connection; on the loop only. The listener is called on the loop, and not before this returns. */
    Link connect(String host, int port, LinkListener listener);

    /** {@return where users' code may run, and may block} */
    Executor callbacks();

    /** {@return a random number nobody can foresee; thread-safe} */
    long randomLong();

    /** {@return what the process is called in the eyes of an operator, unless its user knows better; thread-safe} */
    String processName();

    /** Gives back what the host holds. Tasks that are handed over later are refused or forgotten. */
    void close();
}
