package io.pinfold.testing.sim;

/** States that are rare, and that the simulation has to reach to be worth anything. */
public enum Mark {
    /** A member cut entries that another leader had not confirmed. */
    CONFLICT_CUT,
    /** A follower refused entries that did not continue its log. */
    CONTINUATION_REFUSED,
    /** A member took over the snapshot of a leader. */
    SNAPSHOT_INSTALLED,
    /** A member wrote a snapshot of its own. */
    SNAPSHOT_TAKEN,
    /** A member started from a snapshot. */
    STARTED_FROM_SNAPSHOT,
    /** A leader read its log from the disk for a follower. */
    LOG_READ_FOR_PEER,
    /** Entries that were not forced were gone after a crash. */
    TAIL_LOST,
    /** Entries that were not forced were still there after a crash. */
    UNFORCED_TAIL_KEPT,
    /** The power went within a call of the disk. */
    POWER_CUT_WITHIN_CALL,
    /** A leader began a new epoch because its counter ran high. */
    EPOCH_ROLLED,
    /** A leader stopped leading without a crash. */
    STEPPED_DOWN,
    /** A vote was refused. */
    VOTE_REFUSED,
    /** A candidate failed and tried again. */
    ELECTION_REPEATED,
    /** A leader handed over. */
    HANDED_OVER,
    /** A new leader told a member which of its requests were decided. */
    FENCED,
    /** A session was taken over from a connection at another member. */
    SESSION_TAKEN,
    /** A request was brought to the leader from another member. */
    FORWARDED,
    /** A session was over when its client came back. */
    SESSION_GONE,
    /** A leader without a majority had a sync or a ping to answer. */
    ASKED_IN_MINORITY,
    /** Frames that a cut held up arrived late. */
    LATE_FRAMES,
    /** A link was up at one end and gone at the other. */
    HALF_OPEN,
    /** A member came back with an empty directory. */
    WIPED,
    /** The members agreed to count a new directory. */
    READMITTED,
    /** A member stopped because its disk failed. */
    STOPPED_BY_DISK,
    /** A member refused to start from a damaged disk. */
    DAMAGE_REFUSED,
    /** A member started with less than it had forced once. */
    STARTED_DAMAGED,
    /** A member was held up so long that it had to step back. */
    LONG_PAUSE,
    /** The voters were about to change. */
    JOINT_MEMBERSHIP,
    /** The voters changed. */
    MEMBERSHIP_CHANGED
}
