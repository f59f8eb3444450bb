package io.pinfold.election;

/** What a candidate that {@linkplain LeaderElection#run runs} is doing. */
public enum ElectionState {
    /** Nothing: not running yet, or not any more. {@link LeaderElection#failure()} knows if something went wrong. */
    IDLE,
    /** Waiting to be elected. */
    CAMPAIGNING,
    /** Out of the queue until it is healthy again. */
    UNHEALTHY,
    /** Leading: the body runs. */
    LEADING,
    /** Leading no more, and waiting for the body to return. */
    REVOKED,
    /** Waiting a moment before the next campaign, because the last body failed. */
    PAUSED,
    /** The election was closed. Final. */
    CLOSED
}
