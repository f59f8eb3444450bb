package io.pinfold.testing.sim;

/**
 * The ensemble of a simulation, and numbers that make rare states likely. Immutable.
 *
 * @param voters members that vote from the beginning
 * @param spares members that run, but are not told of in the first membership
 * @param batchBytes bytes of entries in one message between members
 * @param windowBytes bytes of entries under way to one member
 * @param recentBytes bytes of entries that a leader keeps in memory
 * @param maxCounter transactions of one epoch
 * @param snapshotEvery transactions between two snapshots
 * @param snapshotsKept snapshots that stay
 * @param segmentBytes size of a log file
 * @param driftPpm how much the members' clocks differ in speed from the world's, at most, in millionths
 * @param lateMicros how long the callbacks of clients wait for a thread of their process at most, each by itself, in
 *     microseconds; 0 for processes that always have one
 */
public record Setup(
        int voters,
        int spares,
        int batchBytes,
        int windowBytes,
        int recentBytes,
        long maxCounter,
        int snapshotEvery,
        int snapshotsKept,
        int segmentBytes,
        int driftPpm,
        int lateMicros) {
    /** {@return an ensemble without anything special} */
    public static Setup of(int voters) {
        return new Setup(voters, 0, 4000, 20_000, 20_000, 3L << 30, 100, 2, 32 << 10, 500, 0);
    }

    /** {@return the same with three voters and two spare members} */
    Setup withThreeAndTwo() {
        return with(3, 2, lateMicros);
    }

    /** {@return the same with clients whose callbacks are never late} */
    Setup punctual() {
        return with(voters, spares, 0);
    }

    private Setup with(int newVoters, int newSpares, int newLateMicros) {
        return new Setup(
                newVoters,
                newSpares,
                batchBytes,
                windowBytes,
                recentBytes,
                maxCounter,
                snapshotEvery,
                snapshotsKept,
                segmentBytes,
                driftPpm,
                newLateMicros);
    }

    int members() {
        return voters + spares;
    }
}
