package io.pinfold.server.consensus;

import java.util.function.LongSupplier;

/**
 * The numbers that a {@link Replica} works with. Immutable.
 *
 * @param memberId this member
 * @param incarnation of this member's data directory
 * @param heartbeatNanos how often a leader is heard of at least
 * @param electionNanos how long no leader must be heard of before an election; up to twice that, by chance
 * @param staggerNanos how much later each next member starts when the leader's process is seen to end
 * @param slowDiskNanos for how long a leader's own disk may lag behind the majority before it hands over; 0 for ever
 * @param maxBatchBytes bytes of entries in one message, unless a single entry has more
 * @param maxWindowBytes bytes of entries that may be under way to one peer
 * @param maxRecentBytes bytes of committed entries kept in memory for peers that are behind
 * @param maxCounter transactions of one epoch before the leader begins a new one
 * @param dice random numbers
 * @param safeguards {@link Safeguards#ALL} in production
 */
public record ReplicaOptions(
        int memberId,
        long incarnation,
        long heartbeatNanos,
        long electionNanos,
        long staggerNanos,
        long slowDiskNanos,
        int maxBatchBytes,
        long maxWindowBytes,
        long maxRecentBytes,
        long maxCounter,
        LongSupplier dice,
        Safeguards safeguards) {
    private static final long MILLI = 1_000_000;

    /** {@return the same with other times} */
    public ReplicaOptions withTimes(long heartbeat, long election) {
        return new ReplicaOptions(
                memberId,
                incarnation,
                heartbeat,
                election,
                staggerNanos,
                slowDiskNanos,
                maxBatchBytes,
                maxWindowBytes,
                maxRecentBytes,
                maxCounter,
                dice,
                safeguards);
    }

    /** {@return the same with another share of the memory for committed entries} */
    public ReplicaOptions withRecentBytes(long bytes) {
        return new ReplicaOptions(
                memberId,
                incarnation,
                heartbeatNanos,
                electionNanos,
                staggerNanos,
                slowDiskNanos,
                maxBatchBytes,
                maxWindowBytes,
                bytes,
                maxCounter,
                dice,
                safeguards);
    }

    /** {@return what members on one network use} */
    public static ReplicaOptions defaults(int memberId, long incarnation, LongSupplier dice) {
        return new ReplicaOptions(
                memberId,
                incarnation,
                50 * MILLI,
                300 * MILLI,
                8 * MILLI,
                2_000 * MILLI,
                256 << 10,
                4 << 20,
                32 << 20,
                3L << 30,
                dice,
                Safeguards.ALL);
    }
}
