package io.pinfold.client.net;

import java.util.concurrent.CompletableFuture;

/**
 * A thread that lives in the world of a simulated host, where time does not pass by itself: while it waits, it lets that
 * world go on. Used by its own thread only.
 */
public interface HostedThread {
    /**
     * Waits.
     *
     * @param event what for
     * @param nanos how long at most, by the clock of that world; {@link Long#MAX_VALUE} for ever
     * @return whether the event is over, one way or another
     * @throws InterruptedException if the thread is interrupted
     */
    boolean await(CompletableFuture<?> event, long nanos) throws InterruptedException;
}
