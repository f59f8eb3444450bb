package io.pinfold.server.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the sessions whose clients were silent for too long. Confined to the node loop.
 *
 * <p>A touch only stores the time: leases are filed under the tick in which they would end, and one that was touched
 * since is filed anew when that tick comes. Ends are rounded up to the next tick, so a session lives for its timeout at
 * least and for a tick more at most.
 */
final class SessionExpiry {
    private final long tickNanos;
    /** Looked up by id only, never iterated. */
    private final Map<Long, SessionLease> byId = new HashMap<>();

    private final TreeMap<Long, List<SessionLease>> byTick = new TreeMap<>();

    SessionExpiry(long tickNanos) {
        this.tickNanos = tickNanos;
    }

    @Nullable
    SessionLease find(long sessionId) {
        return byId.get(sessionId);
    }

    SessionLease add(long sessionId, long timeoutNanos, long now) {
        SessionLease lease = new SessionLease(sessionId);
        byId.put(sessionId, lease);
        renew(lease, timeoutNanos, now);
        return lease;
    }

    /** Starts a full timeout now, perhaps a different one than before. */
    void renew(SessionLease lease, long timeoutNanos, long now) {
        lease.timeoutNanos = timeoutNanos;
        lease.touchedNanos = now;
        file(lease);
    }

    void remove(long sessionId) {
        byId.remove(sessionId);
    }

    /** {@return when {@link #expire} has to be called next, or {@code Long.MAX_VALUE}} */
    long nextDeadlineNanos() {
        return byTick.isEmpty() ? Long.MAX_VALUE : byTick.firstKey() * tickNanos;
    }

    /** Reports every session that is over and not already closing. */
    void expire(long now, Consumer<SessionLease> expired) {
        while (!byTick.isEmpty() && byTick.firstKey() * tickNanos <= now) {
            Map.Entry<Long, List<SessionLease>> due = byTick.pollFirstEntry();
            for (SessionLease lease : due.getValue()) {
                if (lease.filedUnder != due.getKey() || lease.closing || byId.get(lease.id) != lease) {
                    continue;
                }
                if (endTick(lease) * tickNanos <= now) {
                    expired.accept(lease);
                } else {
                    file(lease);
                }
            }
        }
    }

    /** {@return when a session ends if its client stays silent; -1 if there is no such session} */
    long endNanos(long sessionId) {
        SessionLease lease = byId.get(sessionId);
        return lease == null ? -1 : endTick(lease) * tickNanos;
    }

    private void file(SessionLease lease) {
        lease.filedUnder = endTick(lease);
        byTick.computeIfAbsent(lease.filedUnder, tick -> new ArrayList<>()).add(lease);
    }

    private long endTick(SessionLease lease) {
        return Math.floorDiv(lease.touchedNanos + lease.timeoutNanos, tickNanos) + 1;
    }
}
