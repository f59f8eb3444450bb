package io.pinfold.server.consensus;

/** What a member is at the moment. */
public enum Role {
    /** Has an empty directory and waits to found a cluster with all the others, or to be taken into theirs. */
    FOUNDING,
    /** Takes entries from the leader, and votes. */
    FOLLOWER,
    /** Takes entries from the leader, and has no vote. */
    LEARNER,
    /** Looks for votes. */
    CANDIDATE,
    /** Decides which entries come next. */
    LEADER
}
