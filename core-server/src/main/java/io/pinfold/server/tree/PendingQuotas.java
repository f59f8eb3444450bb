package io.pinfold.server.tree;

import io.pinfold.server.tree.Quotas.Quota;
import io.pinfold.server.tree.Quotas.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the transactions in flight will use of quotas, so that requests which follow each other closely stay within them.
 * Keeps nothing while there are no quotas. Belongs to {@link PendingTree}.
 */
final class PendingQuotas {
    private final DataTree tree;
    private final HashMap<String, Sum> sums = new HashMap<>();
    private final ArrayDeque<Change> inFlight = new ArrayDeque<>();
    /** Of the transaction that is being prepared. */
    private final ArrayList<Change> undecided = new ArrayList<>();

    private record Change(String path, long count, long bytes, long zxid) {}

    private static final class Sum {
        long count;
        long bytes;
        int changes;
    }

    PendingQuotas(DataTree tree) {
        this.tree = tree;
    }

    /** What a change of a znode would do to the quota for which it counts. */
    Verdict judge(String path, long count, long bytes) {
        Quota quota = of(path);
        if (quota == null) {
            return Verdict.WITHIN;
        }
        Sum sum = sums.get(quota.path);
        long countBefore = sum == null ? 0 : sum.count;
        long bytesBefore = sum == null ? 0 : sum.bytes;
        return Quotas.judge(quota, countBefore + count, bytesBefore + bytes, count != 0, bytes != 0);
    }

    /** A change is part of the transaction that is being prepared. */
    void note(String path, long count, long bytes) {
        Quota quota = of(path);
        if (quota != null) {
            Change change = new Change(quota.path, count, bytes, 0);
            undecided.add(change);
            add(change, 1);
        }
    }

    private @Nullable Quota of(String path) {
        return tree.quotas().isEmpty() ? null : tree.quotas().of(path);
    }

    private void add(Change change, int sign) {
        Sum sum = sums.computeIfAbsent(change.path, path -> new Sum());
        sum.count += sign * change.count;
        sum.bytes += sign * change.bytes;
        sum.changes += sign;
        if (sum.changes == 0) {
            sums.remove(change.path);
        }
    }

    void commit(long zxid) {
        for (Change change : undecided) {
            inFlight.add(new Change(change.path, change.count, change.bytes, zxid));
        }
        undecided.clear();
    }

    void rollback() {
        undecided.forEach(change -> add(change, -1));
        undecided.clear();
    }

    void applied(long zxid) {
        for (Change first = inFlight.peekFirst(); first != null && first.zxid <= zxid; first = inFlight.peekFirst()) {
            inFlight.removeFirst();
            add(first, -1);
        }
    }
}
