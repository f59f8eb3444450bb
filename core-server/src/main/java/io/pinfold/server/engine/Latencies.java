package io.pinfold.server.engine;

import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * How long things take, in microseconds, since the member started. What happens within one turn takes no time on the
 * engine's clock, so answers that are made at once count as 0. Confined to the node loop.
 */
public final class Latencies {
    private static final long LONGEST_MICROS = 600_000_000;
    private static final int NANOS_PER_MICRO = 1000;

    /** What one turn proposed. */
    private record Proposed(long lastZxid, long atNanos) {}

    private final Histogram reads = histogram();
    private final Histogram updates = histogram();
    private final Histogram forces = histogram();
    private final Histogram quorums = histogram();
    private final Histogram turns = histogram();
    private final Histogram queues = histogram();
    private final Histogram applies = histogram();
    private LongSupplier clock = () -> 0;
    private final ArrayDeque<Proposed> underWay = new ArrayDeque<>();
    private long lastProposed;
    private long proposed;
    private long committed;
    private final Sizes proposals = new Sizes();
    private long leadingSinceNanos = -1;

    Latencies() {}

    private static Histogram histogram() {
        return new Histogram(LONGEST_MICROS, 2);
    }

    private static void add(Histogram histogram, long nanos) {
        histogram.recordValue(Math.min(Math.max(nanos, 0) / NANOS_PER_MICRO, LONGEST_MICROS));
    }

    void answered(boolean update, long nanos) {
        add(update ? updates : reads, nanos);
    }

    /** What was proposed in one turn counts as one. */
    void proposed(long lastZxid, long nowNanos) {
        leadingSinceNanos = leadingSinceNanos < 0 ? nowNanos : leadingSinceNanos;
        Proposed latest = underWay.peekLast();
        if (latest == null ? lastZxid > lastProposed : latest.lastZxid < lastZxid) {
            proposed += lastProposed == 0 ? 1 : Math.max(1, lastZxid - lastProposed);
            lastProposed = lastZxid;
            underWay.add(new Proposed(lastZxid, nowNanos));
        }
    }

    void committed(long zxid, int bytes, long nowNanos) {
        committed++;
        if (leadingSinceNanos >= 0 && bytes > 0) { // none for what only begins an epoch
            proposals.add(bytes);
        }
        for (Proposed oldest = underWay.peek(); oldest != null && oldest.lastZxid <= zxid; oldest = underWay.peek()) {
            add(quorums, nowNanos - oldest.atNanos);
            underWay.remove();
        }
    }

    void noLeader() {
        underWay.clear();
        lastProposed = 0;
        leadingSinceNanos = -1;
    }

    /** Lends a clock that does not stand still within a turn. Nothing is decided by it. */
    public void measureWith(LongSupplier nanoClock) {
        clock = nanoClock;
    }

    long tick() {
        return clock.getAsLong();
    }

    void applied(long begunNanos) {
        add(applies, clock.getAsLong() - begunNanos);
    }

    /** What was handed to the disk waited that long for its turn. */
    public void queued(long nanos) {
        add(queues, nanos);
    }

    /** The disk took that long to write and force what had queued. */
    public void forced(long nanos) {
        add(forces, nanos);
    }

    /** A turn of the loop took that long. */
    public void turned(long nanos) {
        add(turns, nanos);
    }

    /** {@return entries that this member proposed as the leader} */
    public long proposed() {
        return proposed;
    }

    /** {@return how long the entries are that it committed while it led} */
    public Sizes proposals() {
        return proposals;
    }

    /**
     * {@return for how long this member has led, in nanoseconds; 0 if it does not}
     *
     * @param nowNanos the time on the engine's clock
     */
    public long leadingNanos(long nowNanos) {
        return leadingSinceNanos < 0 ? 0 : nowNanos - leadingSinceNanos;
    }

    /** {@return entries that this member applied} */
    public long committed() {
        return committed;
    }

    /** {@return from the arrival of a read to its answer} */
    public Histogram reads() {
        return reads;
    }

    /** {@return from the arrival of a change to its answer} */
    public Histogram updates() {
        return updates;
    }

    /** {@return writing and forcing the log once} */
    public Histogram forces() {
        return forces;
    }

    /** {@return from a leader's proposal until it can no longer be lost} */
    public Histogram quorums() {
        return quorums;
    }

    /** {@return from handing entries to the disk until it takes them} */
    public Histogram queues() {
        return queues;
    }

    /** {@return carrying out one committed change: on the tree, and telling those who watch} */
    public Histogram applies() {
        return applies;
    }

    /** {@return turns of the node loop: reading, deciding, applying and answering what had arrived} */
    public Histogram turns() {
        return turns;
    }
}
