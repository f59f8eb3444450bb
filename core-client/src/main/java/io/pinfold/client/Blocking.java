package io.pinfold.client;

import io.pinfold.client.net.HostedThread;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How the client and recipes wait, and nothing else does in their place: so a blocking call runs unchanged in a test of
 * which the time is simulated. Stateless.
 */
public final class Blocking {
    private Blocking() {}

    /**
     * Waits for an event. Blocks, as {@link CompletableFuture#get()} does.
     *
     * @param event what for
     * @param <T> what comes of it
     * @return what came of it
     * @throws ExecutionException if the event failed
     * @throws java.util.concurrent.CancellationException if it was cancelled
     * @throws InterruptedException if the thread is interrupted
     */
    public static <T> T get(CompletableFuture<T> event) throws ExecutionException, InterruptedException {
        if (Thread.currentThread() instanceof HostedThread hosted) {
            hosted.await(event, Long.MAX_VALUE);
        }
        return event.get();
    }

    /**
     * Fails if the thread is interrupted: for waiting that has to fail then though what it waits for may be there already, because
     * that would be given back. Does not block.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public static void failIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /**
     * Waits for an event for some time. Blocks, as {@link CompletableFuture#get(long, TimeUnit)} does.
     *
     * @param event what for
     * @param nanos how long at most
     * @param <T> what comes of it
     * @return what came of it
     * @throws ExecutionException if the event failed
     * @throws TimeoutException if the time was over first
     * @throws java.util.concurrent.CancellationException if it was cancelled
     * @throws InterruptedException if the thread is interrupted
     */
    public static <T> T get(CompletableFuture<T> event, long nanos)
            throws ExecutionException, TimeoutException, InterruptedException {
        if (Thread.currentThread() instanceof HostedThread hosted) {
            hosted.await(event, nanos);
            return event.get(0, TimeUnit.NANOSECONDS);
        }
        return event.get(nanos, TimeUnit.NANOSECONDS);
    }
}
