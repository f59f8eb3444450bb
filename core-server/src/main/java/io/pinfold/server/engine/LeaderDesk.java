package io.pinfold.server.engine;

import io.pinfold.ErrorCode;
import io.pinfold.server.consensus.Replica;
import io.pinfold.server.tree.Caller;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.Prepared;
import io.pinfold.server.tree.Preparer;
import io.pinfold.server.tree.TxnCodec;
import io.pinfold.server.tree.TxnRecord;
import io.pinfold.server.tree.Znode;
import io.pinfold.wire.Request;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What only a leader does: decides about requests of all members, in the order in which they arrive, and about the ends of
 * sessions. Exists while this member serves as leader; a new one is made from the tree when everything of earlier epochs is
 * applied. Confined to the node loop.
 */
final class LeaderDesk {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Who is told of what others have to know. */
    interface Owners {
        void sessionTaken(int member, long connection, long sessionId, String reason);

        /** A change goes beyond a soft quota. */
        void softQuotaExceeded(String path);
    }

    private final Replica replica;
    private final EngineOptions options;
    private final Preparer preparer;
    private final SessionExpiry sessions;
    private final Reaper reaper;
    private final Owners owners;
    private final Reconfiguration reconfiguration;
    /** What was prepared here and is not applied yet, so that it need not be decoded. */
    private final ArrayDeque<TxnRecord> underWay = new ArrayDeque<>();

    private long lastTimeMillis;

    LeaderDesk(EngineOptions options, Replica replica, DataTree tree, Owners owners, long now) {
        this.options = options;
        this.replica = replica;
        this.owners = owners;
        this.preparer = new Preparer(
                tree,
                replica.lastZxid(),
                options.policy().preparerOptions(options.maxTxnBytes(), owners::softQuotaExceeded));
        this.reconfiguration = new Reconfiguration(options.policy(), replica, tree);
        this.reaper = new Reaper(tree, options.policy().removal(), now);
        this.sessions = new SessionExpiry(options.tickMillis() * NANOS_PER_MILLI);
        tree.sessions().forEach((id, timeoutMillis) -> sessions.add(id, timeoutMillis * NANOS_PER_MILLI, now));
    }

    /** {@return the last entry on which an answer may rest} */
    long lastZxid() {
        return preparer.lastZxid();
    }

    void roomIsLow(boolean low) {
        preparer.roomIsLow(low);
    }

    /** Decides; a sync, a ping or a greeting needs besides that this member still leads. */
    Decision decide(Asked asked, long now, long wallMillis) {
        preparer.skipTo(replica.lastZxid());
        switch (asked.kind()) {
            case CREATE_SESSION:
                return createSession(asked, now, wallMillis);
            case WRITE:
                return write(asked, now, wallMillis);
            default:
                return look(asked, now);
        }
    }

    private Decision createSession(Asked asked, long now, long wallMillis) {
        Prepared prepared =
                preparer.prepareCreateSession(asked.timeoutMillis(), asked.member(), 0, monotone(wallMillis));
        TxnRecord txn = Objects.requireNonNull(prepared.txn());
        SessionLease lease = sessions.add(txn.sessionId(), asked.timeoutMillis() * NANOS_PER_MILLI, now);
        lease.ownedBy(asked.member(), asked.connection());
        return propose(txn);
    }

    /**
     * It is confirmed that this member still leads. A session moves only now: had it moved before, its last connection would
     * hear of that before it hears that it was the one.
     */
    Decision settle(Asked asked, Decision decision, long now) {
        return asked.kind() == PendingRequest.Kind.ATTACH ? attach(asked, now) : decision;
    }

    private Decision attach(Asked asked, long now) {
        SessionLease lease = sessions.find(asked.sessionId());
        if (lease == null || lease.closing) {
            return Decision.refused(preparer.lastZxid(), ErrorCode.SESSION_EXPIRED, asked.sessionId());
        }
        if (lease.member != 0 && !lease.isOwnedBy(asked.member(), asked.connection())) {
            owners.sessionTaken(lease.member, lease.connection, lease.id, "its session moved to another connection");
        }
        lease.ownedBy(asked.member(), asked.connection());
        sessions.renew(lease, asked.timeoutMillis() * NANOS_PER_MILLI, now);
        return Decision.refused(preparer.lastZxid(), ErrorCode.OK, asked.sessionId());
    }

    private Decision write(Asked asked, long now, long wallMillis) {
        SessionLease lease = sessions.find(asked.sessionId());
        if (lease != null) {
            if (!lease.isOwnedBy(asked.member(), asked.connection())) {
                return Decision.refused(preparer.lastZxid(), ErrorCode.SESSION_MOVED, asked.sessionId());
            }
            lease.touchedNanos = now;
        }
        Request request = Objects.requireNonNull(asked.request());
        if (request instanceof Request.Reconfig change) {
            return reconfigure(change, asked);
        }
        Prepared prepared = preparer.prepare(
                request, new Caller(asked.sessionId(), asked.identities()), asked.xid(), monotone(wallMillis));
        TxnRecord txn = prepared.txn();
        if (txn != null) {
            return propose(txn);
        }
        return new Decision(
                preparer.lastZxid(), false, prepared.refusal(), prepared.failedMulti(), asked.sessionId(), 0);
    }

    private Decision reconfigure(Request.Reconfig request, Asked asked) {
        ErrorCode refusal = reconfiguration.begin(request, asked.identities());
        return refusal == ErrorCode.OK
                ? Decision.later(asked.sessionId())
                : Decision.refused(preparer.lastZxid(), refusal, asked.sessionId());
    }

    /** {@return what became of the change of the members that was begun last, or null while nobody knows} */
    @Nullable
    Decision reconfigured(long sessionId) {
        return reconfiguration.outcome(sessionId);
    }

    private Decision look(Asked asked, long now) {
        SessionLease lease = sessions.find(asked.sessionId());
        if (lease == null || lease.closing) {
            return Decision.refused(preparer.lastZxid(), ErrorCode.SESSION_EXPIRED, asked.sessionId());
        }
        if (asked.kind() == PendingRequest.Kind.ATTACH || lease.isOwnedBy(asked.member(), asked.connection())) {
            lease.touchedNanos = now;
        }
        return Decision.refused(preparer.lastZxid(), ErrorCode.OK, asked.sessionId());
    }

    private Decision propose(TxnRecord txn) {
        byte[] payload = TxnCodec.encode(txn);
        long zxid = replica.propose(payload);
        if (zxid != txn.zxid()) {
            throw new IllegalStateException(
                    "Prepared as 0x" + Long.toHexString(txn.zxid()) + " but logged as 0x" + Long.toHexString(zxid));
        }
        underWay.add(txn);
        return new Decision(zxid, true, ErrorCode.OK, null, txn.sessionId(), payload.length);
    }

    /** Times in the log never go back while one member leads. */
    private long monotone(long wallMillis) {
        lastTimeMillis = Math.max(lastTimeMillis, wallMillis);
        return lastTimeMillis;
    }

    // ---- the log ----

    /** {@return the transaction with this zxid if it was prepared here, or null} */
    @Nullable
    TxnRecord prepared(long zxid) {
        TxnRecord first = underWay.peekFirst();
        return first != null && first.zxid() == zxid ? underWay.pollFirst() : null;
    }

    void applied(long zxid) {
        preparer.applied(zxid);
    }

    // ---- sessions ----

    /** A member says which connection carries a session. */
    void claim(long sessionId, int member, long connection, long timeoutNanos, long now) {
        SessionLease lease = sessions.find(sessionId);
        if (lease == null || lease.closing) {
            owners.sessionTaken(member, connection, sessionId, "its session is over");
        } else if (lease.member == 0 || lease.member == member) {
            lease.ownedBy(member, connection);
            sessions.renew(lease, timeoutNanos, now);
        } else if (!lease.isOwnedBy(member, connection)) {
            owners.sessionTaken(member, connection, sessionId, "its session moved to another connection");
        }
    }

    void touch(long sessionId, int member, long connection, long now) {
        SessionLease lease = sessions.find(sessionId);
        if (lease != null && lease.isOwnedBy(member, connection)) {
            lease.touchedNanos = now;
        }
    }

    void sessionClosed(long sessionId) {
        sessions.remove(sessionId);
    }

    /** {@return when a session ends if its client stays silent; -1 if there is no such session} */
    long endNanos(long sessionId) {
        return sessions.endNanos(sessionId);
    }

    /** While it hands over, no session is ended, so none is due: else the loop would turn without rest. */
    long nextDeadlineNanos() {
        return replica.accepting()
                ? Math.min(sessions.nextDeadlineNanos(), reaper.nextDeadlineNanos())
                : Long.MAX_VALUE;
    }

    /** Ends the sessions of which nobody heard for too long. */
    void expire(long now, long wallMillis) {
        if (sessions.nextDeadlineNanos() <= now && replica.accepting()) {
            sessions.expire(now, lease -> end(lease, wallMillis));
        }
    }

    /** Deletes what goes by itself. */
    void reap(long now, long wallMillis) {
        if (replica.accepting()) {
            reaper.run(now, monotone(wallMillis), this::remove);
        } else {
            reaper.postpone(now);
        }
    }

    private boolean remove(Znode node) {
        preparer.skipTo(replica.lastZxid());
        TxnRecord removal = preparer.prepareRemoval(node, lastTimeMillis);
        if (removal != null) {
            propose(removal);
        }
        return removal != null;
    }

    /** Ends a session as if its client had been silent. {@return whether there is such a session} */
    boolean endSession(long sessionId, long wallMillis) {
        SessionLease lease = sessions.find(sessionId);
        if (lease == null || lease.closing || !replica.accepting()) {
            return false;
        }
        end(lease, wallMillis);
        return true;
    }

    private void end(SessionLease lease, long wallMillis) {
        lease.closing = true;
        if (lease.member != 0) {
            // From here on nothing may look to the client as if its session lived.
            owners.sessionTaken(lease.member, lease.connection, lease.id, "its session is over");
        }
        preparer.skipTo(replica.lastZxid());
        Prepared closing = preparer.prepareCloseSession(lease.id, 0, monotone(wallMillis));
        if (closing.txn() != null) {
            propose(closing.txn());
        }
    }
}
