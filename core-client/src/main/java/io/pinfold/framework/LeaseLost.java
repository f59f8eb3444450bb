package io.pinfold.framework;

/**
 * Why a lease was lost. Immutable.
 *
 * @param path the znode that stood for the lease
 * @param fencingToken the lease's token
 * @param reason why
 */
public record LeaseLost(String path, long fencingToken, Reason reason) {
    /** Why a lease was lost. */
    public enum Reason {
        /** So much time passed without a server's answer that the server may have ended the session. */
        TIME_RAN_OUT,
        /** A server said that the session is over. */
        SESSION_EXPIRED,
        /** Somebody else deleted the lease's znode. */
        NODE_DELETED,
        /** The client was closed before the lease was. */
        CLIENT_CLOSED
    }
}
