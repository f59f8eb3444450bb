package io.pinfold.server.tree;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The sessions as they will be once every prepared transaction is applied: which of them begin and end in flight, and
 * which ephemeral znodes in flight are theirs. Belongs to {@link PendingTree}.
 */
final class PendingSessions {
    private final SessionTable committed;

    /** The sessions that begin or end in flight, the oldest change first. */
    private final LinkedHashMap<Long, Change> changes = new LinkedHashMap<>();

    /** By session the ephemeral znodes that the overlay has; looked up, never walked. */
    private final HashMap<Long, Ephemerals> ephemerals = new HashMap<>();

    private record Change(long zxid, boolean exists) {}

    private static final class Ephemerals {
        final LinkedHashSet<String> paths = new LinkedHashSet<>();
        long bytes;
    }

    PendingSessions(SessionTable committed) {
        this.committed = committed;
    }

    boolean exists(long sessionId) {
        if (!changes.isEmpty()) {
            Change change = changes.get(sessionId);
            if (change != null) {
                return change.exists;
            }
        }
        return committed.contains(sessionId);
    }

    void begins(long sessionId, long zxid) {
        changes.remove(sessionId);
        changes.put(sessionId, new Change(zxid, true));
    }

    void ends(long sessionId, long zxid) {
        changes.remove(sessionId);
        changes.put(sessionId, new Change(zxid, false));
    }

    void applied(long zxid) {
        if (changes.isEmpty()) {
            return;
        }
        Iterator<Change> iterator = changes.values().iterator();
        while (iterator.hasNext() && iterator.next().zxid <= zxid) {
            iterator.remove();
        }
    }

    Set<String> pendingEphemerals(long sessionId) {
        Ephemerals pending = ephemerals.get(sessionId);
        return pending == null ? Set.of() : pending.paths;
    }

    /** No less than what the paths of the session's ephemeral znodes will take in the transaction that ends it. */
    long ephemeralBytes(long sessionId) {
        Ephemerals pending = ephemerals.get(sessionId);
        return committed.ephemeralBytes(sessionId) + (pending == null ? 0 : pending.bytes);
    }

    void ephemeralPending(PendingNode node) {
        if (!isEphemeral(node)) {
            return;
        }
        Ephemerals pending = ephemerals.computeIfAbsent(node.ephemeralOwner, id -> new Ephemerals());
        if (pending.paths.add(node.path)) {
            pending.bytes += TxnCodec.size(node.path);
        }
    }

    void ephemeralSettled(PendingNode node) {
        Ephemerals pending = isEphemeral(node) ? ephemerals.get(node.ephemeralOwner) : null;
        if (pending == null || !pending.paths.remove(node.path)) {
            return;
        }
        pending.bytes -= TxnCodec.size(node.path);
        if (pending.paths.isEmpty()) {
            ephemerals.remove(node.ephemeralOwner);
        }
    }

    private static boolean isEphemeral(PendingNode node) {
        return node.exists && node.ephemeralOwner != 0;
    }
}
