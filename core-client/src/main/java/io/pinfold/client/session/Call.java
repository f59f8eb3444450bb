package io.pinfold.client.session;

import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a server and back, as the session sees it. Confined to the client's loop from the moment it
 * is submitted, except where a method says otherwise.
 */
public interface Call {
    /** How far the request got before it was lost. */
    enum Progress {
        /** No byte of it was handed to a connection. */
        NOT_SENT,
        /** It was handed to a connection; what it changes may have happened. */
        SENT
    }

    /** Why a call will not be answered. */
    enum Loss {
        /** The connection that carried it broke, or a whole round over the servers failed while it waited. */
        CONNECTION,
        /** Its own deadline passed. */
        DEADLINE,
        /** The session that it belongs to is over. */
        SESSION,
        /** This process closed the client. */
        CLOSED,
        /** The server refused the credentials; the client is of no use any more. */
        AUTH
    }

    /** {@return the whole frame, length included; the session writes the xid into its copy} */
    byte[] frame();

    /** {@return when this call gives up, by the loop's clock; {@link Long#MAX_VALUE} for never} */
    long deadlineNanos();

    /** {@return the watch that this call sets, if it does} */
    @Nullable
    WatchRequest watch();

    /** {@return whether nobody waits for the answer any more; then the call is not sent, and an answer is ignored} */
    boolean isSettled();

    /**
     * {@return whether the call may go on waiting; asked each time when no server of the whole list could be reached}
     */
    boolean keepsWaiting();

    /** The call leaves now, unless {@link #isSettled()} answers true right afterwards. */
    void leaving();

    /** {@return whether the call left and was neither answered nor lost since} */
    boolean isUnderWay();

    /**
     * The answer.
     *
     * @param err the error by number, 0 for success
     * @param body what stands behind the header
     * @throws MalformedFrame if that is no answer to this call; the session then drops the connection
     */
    void replied(int err, JuteReader body) throws MalformedFrame;

    /**
     * There will be no answer.
     *
     * @param loss why
     * @param progress how far the request got
     */
    void lost(Loss loss, Progress progress);
}
