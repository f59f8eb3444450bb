package io.pinfold.election;

import java.time.Duration;

/**
 * How a term ended for its leader. Immutable.
 *
 * @param candidate who led
 * @param term the number of the term
 * @param reason why it ended
 * @param lasted how long it lasted, by this process's clock
 */
public record TermEnd(String candidate, long term, Reason reason, Duration lasted) {
    /** Why a term ended. Every end has one of these. */
    public enum Reason {
        /** The leader gave it up: it closed its leadership, its body returned, or {@link LeaderElection#resign()}. */
        RESIGNED,
        /** The leader handed it over to a candidate of its choice. */
        TRANSFERRED,
        /** The body of {@link LeaderElection#run} failed. */
        BODY_FAILED,
        /** The candidate was not healthy any more. */
        UNHEALTHY,
        /** The connection was lost or silent, and the candidate is one that does not lead then. */
        UNCERTAIN,
        /** So much time passed without a server's answer that another may be elected soon. */
        TIME_RAN_OUT,
        /** A server said that the session is over. */
        SESSION_EXPIRED,
        /** Somebody else deleted the leader's znode. */
        NODE_DELETED,
        /** The election was closed. */
        ELECTION_CLOSED,
        /** The client was closed before the leader had resigned. */
        CLIENT_CLOSED,
        /** The thread of {@link LeaderElection#run} was interrupted, or its future cancelled. */
        INTERRUPTED
    }
}
