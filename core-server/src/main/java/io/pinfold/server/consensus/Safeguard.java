package io.pinfold.server.consensus;

/**
 * Rules that some system once lacked. Production keeps all of them; the simulator takes one away at a time, to show that
 * it would notice.
 */
public enum Safeguard {
    /** A follower takes only what continues its own log: without this, holes as in ZOOKEEPER-4925. */
    PREVIOUS_CHECKED,
    /** A vote is durable before anybody hears of it: without this, two leaders of one epoch. */
    VOTE_SAVED_FIRST,
    /** An entry is acknowledged when it is durable, not when it is written: ZOOKEEPER-4646. */
    ACKNOWLEDGED_WHEN_DURABLE,
    /** A leader counts acknowledgements only for entries of its own epoch: figure 8 of the Raft paper. */
    OWN_EPOCH_COMMITS,
    /** A leader serves after its barrier is committed. */
    BARRIER_BEFORE_SERVING,
    /** A candidate must have everything that the voter has: ZOOKEEPER-4643. */
    LONGER_LOG_WINS,
    /** One vote an epoch. */
    ONE_VOTE,
    /** A commit is taken only up to what the sender's log and the own log are known to share: ZOOKEEPER-4394. */
    COMMIT_WITHIN_OWN_LOG,
    /** Leadership is confirmed by a quorum before a read index is used: ZOOKEEPER-1675. */
    READ_INDEX_CONFIRMED,
    /** A member that lost its directory is not counted: ZOOKEEPER-261. */
    INCARNATION_CHECKED,
    /** While the membership changes, both majorities are needed. */
    JOINT_QUORUM,
    /** A leader that hears no quorum stops leading. */
    QUORUM_CHECKED,
    /** The first election of all needs all members: a majority that lost its disks does not begin anew. */
    FOUNDED_BY_ALL,
    /** The counter of an epoch never runs into the epoch: ZOOKEEPER-1277. */
    COUNTER_ROLLED,
    /** Entries that no leader confirmed are cut, not kept: ZOOKEEPER-1154. */
    CONFLICT_CUT,
    /** A member that lost part of its log does not vote as if it had never had it: damage on few disks becomes loss for all. */
    DAMAGE_REMEMBERED
}
