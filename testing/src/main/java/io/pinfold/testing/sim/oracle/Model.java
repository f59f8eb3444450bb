package io.pinfold.testing.sim.oracle;

import io.pinfold.OpResult;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.tree.TxnCodec;
import io.pinfold.server.tree.TxnRecord;
import io.pinfold.wire.MalformedFrame;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The service as one would write it for one client at a time and without failures: takes the committed entries in their
 * order and remembers the states that they led to. Confined to the world's thread.
 */
public final class Model {
    private static final String INVARIANT = "what is committed stays";
    private static final int TRANSACTION = 1;

    /**
     * One committed entry.
     *
     * @param txn what it changed; null for entries of the servers' own
     * @param before the state before it
     * @param after the state behind it
     * @param results what each of its operations gave
     */
    record Step(LogEntry entry, @Nullable TxnRecord txn, State before, State after, List<OpResult> results) {}

    private final int remembered;
    private final TreeMap<Long, Step> steps = new TreeMap<>();
    private State last = State.initial();
    private long forgottenUpTo = -1;

    /**
     * Makes an empty service.
     *
     * @param remembered how many states are kept
     */
    public Model(int remembered) {
        this.remembered = remembered;
    }

    long lastZxid() {
        return last.zxid;
    }

    State last() {
        return last;
    }

    /**
     * Takes the next committed entry, or one that was taken already, which must be the same.
     *
     * @return the step if it is new, or null
     */
    @Nullable
    Step commit(LogEntry entry) {
        if (entry.zxid() <= last.zxid) {
            requireSame(entry);
            return null;
        }
        State after = last.next(entry.zxid());
        TxnRecord txn = decode(entry);
        List<OpResult> results = txn == null ? List.of() : after.apply(txn);
        Step step = new Step(entry, txn, last, after, results);
        last = after;
        steps.put(entry.zxid(), step);
        if (steps.size() > remembered) {
            forgottenUpTo = steps.pollFirstEntry().getKey();
        }
        return step;
    }

    private void requireSame(LogEntry entry) {
        Step old = steps.get(entry.zxid());
        if (old == null && entry.zxid() > forgottenUpTo) {
            throw new Violation(
                    INVARIANT,
                    "0x" + Long.toHexString(entry.zxid()) + " is committed behind 0x" + Long.toHexString(last.zxid));
        }
        if (old != null && !Arrays.equals(old.entry().payload(), entry.payload())) {
            throw new Violation(INVARIANT, "0x" + Long.toHexString(entry.zxid()) + " was committed with other bytes");
        }
    }

    private static @Nullable TxnRecord decode(LogEntry entry) {
        byte[] payload = entry.payload();
        if (payload.length == 0 || payload[0] != TRANSACTION) {
            return null;
        }
        try {
            return TxnCodec.decode(entry.zxid(), payload);
        } catch (MalformedFrame e) {
            throw new Violation(
                    INVARIANT, "0x" + Long.toHexString(entry.zxid()) + " cannot be read: " + e.getMessage());
        }
    }

    /** {@return the state that a member with this last zxid has, or null if it is forgotten} */
    @Nullable
    State at(long zxid) {
        if (zxid >= last.zxid) {
            return last;
        }
        if (zxid <= forgottenUpTo) {
            return null;
        }
        Map.Entry<Long, Step> next = steps.higherEntry(zxid);
        return next == null ? last : next.getValue().before();
    }

    /** {@return the step with exactly this zxid, or null} */
    @Nullable
    Step step(long zxid) {
        return steps.get(zxid);
    }

    /** {@return the steps behind one zxid up to another one, in order} */
    Iterable<Step> between(long afterZxid, long upToZxid) {
        return upToZxid <= afterZxid
                ? List.of()
                : steps.subMap(afterZxid, false, upToZxid, true).values();
    }

    boolean remembers(long zxid) {
        return zxid > forgottenUpTo;
    }
}
