package io.pinfold.locks;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Something that processes share and one has to ask for: a lock, one side of a read-write lock, permits. Each call that
 * succeeds gives another lease. Thread-safe.
 *
 * <p>Who waits is served in the order of arrival. Waiting goes on through lost connections; when the session ends
 * meanwhile, the attempt queues again, at the end. However an attempt ends - in time, by timeout, cancellation,
 * interrupt, failure - no znode of it stays behind.
 *
 * @param <L> the kind of lease
 */
public interface Acquirable<L> {
    /**
     * Waits until it is ours, however long that takes, through outages and lost sessions.
     *
     * @return the lease, held a moment ago
     * @throws InterruptedException if the thread is interrupted; the attempt is withdrawn then
     * @throws io.pinfold.NoAuthException if the client may not use the path
     * @throws io.pinfold.ClientClosedException if the client is closed
     */
    L acquire() throws InterruptedException;

    /**
     * Takes it if it is to be had now. Waits for the server, at most for the client's operation timeout, but not for
     * holders.
     *
     * @return the lease, or empty if others hold it or are before us
     * @throws InterruptedException if the thread is interrupted; the attempt is withdrawn then
     * @throws io.pinfold.PinfoldException if the server could not be asked; the attempt is withdrawn then
     */
    Optional<L> tryAcquire() throws InterruptedException;

    /**
     * Waits for some time, which covers everything: queueing, outages, lost sessions.
     *
     * @param timeout how long to wait at most
     * @return the lease, or empty if it was not to be had in time
     * @throws io.pinfold.ConnectionLostException after the timeout, if no server answered in all that time
     * @throws InterruptedException if the thread is interrupted; the attempt is withdrawn then
     */
    Optional<L> tryAcquire(Duration timeout) throws InterruptedException;

    /**
     * Asks for it without blocking.
     *
     * @return the lease when it is held, however long that takes; completes on the client's callback executor. To cancel
     *     the future, or complete it otherwise, withdraws the attempt
     */
    CompletableFuture<L> acquireAsync();

    /**
     * Asks for it without blocking, for some time.
     *
     * @param timeout how long to wait at most
     * @return as {@link #tryAcquire(Duration)} returns or throws; completes on the client's callback executor. To cancel
     *     the future, or complete it otherwise, withdraws the attempt
     */
    CompletableFuture<Optional<L>> tryAcquireAsync(Duration timeout);
}
