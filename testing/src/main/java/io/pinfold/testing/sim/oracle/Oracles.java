package io.pinfold.testing.sim.oracle;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All promises together. Throws a {@link Violation} as soon as one is broken. Confined to the world's thread. */
public final class Oracles {
    private static final int REMEMBERED_STATES = 2048;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Scene scene;
    private final List<Invariant> invariants;
    private long lastStamp;
    /** The least by which a time stamp was ahead of the world's time. */
    private long slowestOffset = Long.MAX_VALUE / 2;
    /** The first one; whoever was told of it may have kept it to himself. */
    private @Nullable Violation first;

    /**
     * Watches over some promises.
     *
     * @param scene what they share
     * @param invariants the promises, in the order in which they judge
     */
    Oracles(Scene scene, List<Invariant> invariants) {
        this.scene = scene;
        this.invariants = List.copyOf(invariants);
    }

    /**
     * {@return oracles for every promise there is}
     *
     * @param timing what sessions are promised
     */
    public static Oracles all(Timing timing) {
        List<Invariant> all = new ArrayList<>();
        all.add(new ElectionSafety());
        all.add(new LogMatching());
        all.add(new LeaderCompleteness());
        all.add(new CommittedByQuorum());
        all.add(new DurableBeforeAck());
        all.add(new NoUncommittedExposure());
        all.add(new MonotoneZxid());
        all.add(new FifoClientOrder());
        all.add(new ExactlyOnce());
        all.add(new GuardedOnce());
        all.add(new LinearizableWrites());
        all.add(new ReadIsStateAtZxid());
        all.add(new SyncFreshness());
        all.add(new WatchBeforeRead());
        all.add(new EphemeralExactlyOnce());
        all.add(new SessionTiming(timing));
        all.add(new SequenceNumbers());
        all.add(new TreeDigest());
        all.add(new MembershipQuorums());
        all.add(new ResourceBounds());
        all.add(new MutualExclusion());
        all.add(new PicturesAreStates());
        return new Oracles(new Scene(REMEMBERED_STATES), all);
    }

    /**
     * Tells of something that happened.
     *
     * @param fact what
     */
    public void hear(Fact fact) {
        requireNone();
        try {
            if (fact instanceof Fact.Broken broken) {
                throw new Violation(broken.promise(), broken.what());
            }
            scene.hear(fact);
            if (scene.newStep() != null) {
                readClock(fact.atNanos());
            }
            for (Invariant invariant : invariants) {
                invariant.hear(fact, scene);
            }
        } catch (Violation violation) {
            first = violation;
            throw violation;
        }
    }

    /** Throws the first violation again, if there was one: futures of clients swallow what their callbacks throw. */
    public void requireNone() {
        if (first != null) {
            throw first;
        }
    }

    /**
     * The run is over, after healing.
     *
     * @param atNanos the world's time
     */
    public void end(long atNanos) {
        requireNone();
        for (Invariant invariant : invariants) {
            invariant.end(atNanos, scene);
        }
    }

    /**
     * {@return a znode as it is in the newest committed state, or null if it is not}
     *
     * @param path its path
     */
    public @Nullable ZnodeView committed(String path) {
        ModelNode node = scene.model().last().node(path);
        return node == null ? null : ZnodeView.of(node);
    }

    /**
     * {@return what the clock of a leader so far showed at least, or would show by now}
     *
     * @param atNanos the world's time
     */
    public long slowestMillis(long atNanos) {
        return slowestOffset + atNanos / NANOS_PER_MILLI;
    }

    private void readClock(long atNanos) {
        long stamp = scene.model().last().timeMillis;
        if (stamp != 0 && stamp != lastStamp) { // some entries are no transactions
            lastStamp = stamp;
            slowestOffset = Math.min(slowestOffset, stamp - atNanos / NANOS_PER_MILLI);
        }
    }

    /** {@return the last committed zxid} */
    public long lastZxid() {
        return scene.model().lastZxid();
    }
}
