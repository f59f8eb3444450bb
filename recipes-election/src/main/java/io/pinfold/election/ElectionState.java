package io.pinfold.election;

/** What a candidate that {@linkplain LeaderElection#run runs} is doing. */
public enum ElectionState {
    /** Nothing: not running yet, or not any more. */
    IDLE,
    /** Waiting to be elected. */
    CAMPAIGNING,
    /** Leading: the body runs. */
    LEADING,
    /** Leading no more, and waiting for the body to return. */
    REVOKED,
    /** Waiting a moment before the next campaign, because the last body or campaign failed. */
    PAUSED,
    /** The election was closed. Final. */
    CLOSED
}
