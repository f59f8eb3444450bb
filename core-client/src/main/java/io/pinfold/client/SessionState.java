package io.pinfold.client;

/** How a session stands, as far as this process can know. */
public enum SessionState {
    /** Attached to a server that answers. */
    CONNECTED,
    /**
     * Attached to a server that has no quorum and answers reads only, perhaps old ones; for clients that allow it
     * ({@link ClientBuilder#readOnly}). What such a server answers does not prove that the session lives: leases run out.
     */
    READ_ONLY,
    /** The connection is lost or silent; the session may live on and the client is trying to attach it again. */
    SUSPENDED,
    /** Over: a server said so, or so much time passed that the server must have ended it. Final. */
    EXPIRED,
    /** Ended by closing the client. Final. */
    CLOSED
}
