package io.pinfold.client;

import io.pinfold.ErrorCode;
import io.pinfold.WatchEvent;
import java.time.Duration;
import java.util.Optional;

/**
 * Sees what a client does, for metrics and traces. Every method does nothing unless it is overridden. The JVM's flight
 * recorder sees the same, in events called {@code io.pinfold.*}, without any observer.
 *
 * <p><b>Threads.</b> The methods are called in the midst of the client's work, on its I/O thread as well: they must be
 * quick, must not block, and must not call the client. Several may be called at the same time. What one throws is logged and
 * changes nothing else.
 */
public interface ClientObserver {
    /** Sees nothing. */
    ClientObserver NONE = new ClientObserver() {};

    /**
     * A request got its answer, or got none. A blocking call or a recipe's step may be made of several. Requests that the
     * caller cancelled are not told.
     *
     * @param call the request
     */
    default void called(Call call) {}

    /**
     * A watcher was told of something.
     *
     * @param delivery of what
     */
    default void delivered(Delivery delivery) {}

    /**
     * The client has more watches now, or fewer. Told after each burst of work; a number that only grows tells of watches that
     * nobody takes back.
     *
     * @param count how many, one for each znode and kind of watch
     */
    default void watchesChanged(int count) {}

    /**
     * The session's state changed, as for a {@link SessionListener}.
     *
     * @param session the session
     * @param state its state from now on
     */
    default void sessionChanged(Session session, SessionState state) {}

    /**
     * Somebody who wanted a place in a queue, such as a lock or the leadership, got it or gave up.
     *
     * @param waiting how long that took
     */
    default void waited(Waiting waiting) {}

    /**
     * A lease began: this client holds a place, or several at a time.
     *
     * @param path the lease's znode
     * @param fencingToken the lease's token
     */
    default void leaseBegan(String path, long fencingToken) {}

    /**
     * A lease ended.
     *
     * @param hold what was held
     */
    default void leaseEnded(Hold hold) {}

    /**
     * One request with all its attempts.
     *
     * @param kind what was asked for, as in {@code GetData}
     * @param path on which znode, as the caller wrote it
     * @param took from the call to its answer
     * @param retries how often the retry policy was asked whether to go on, after lost connections
     * @param failure what came back instead of an answer, if anything
     */
    record Call(String kind, String path, Duration took, int retries, Optional<ErrorCode> failure) {}

    /**
     * One event for one watcher.
     *
     * @param event what happened
     * @param waited from its arrival until the watcher's turn on the callback executor
     * @param took how long the watcher was busy with it
     */
    record Delivery(WatchEvent event, Duration waited, Duration took) {}

    /**
     * The end of a wait for a place.
     *
     * @param directory the znode that stands for the lock or the election
     * @param took how long it took
     * @param granted whether there is a lease now
     */
    record Waiting(String directory, Duration took, boolean granted) {}

    /**
     * What was held.
     *
     * @param path the lease's znode
     * @param fencingToken the lease's token
     * @param took for how long
     * @param end why it ended
     */
    record Hold(String path, long fencingToken, Duration took, HoldEnd end) {}

    /** Why a lease ended. */
    enum HoldEnd {
        /** It was given back. */
        RELEASED,
        /** The connection was silent for so long that the server could soon end the session. */
        TIME_RAN_OUT,
        /** The server ended the session. */
        SESSION_EXPIRED,
        /** Somebody else deleted the znode. */
        NODE_DELETED,
        /** The client was closed. */
        CLIENT_CLOSED
    }
}
