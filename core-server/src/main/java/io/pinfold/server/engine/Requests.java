package io.pinfold.server.engine;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.server.consensus.Message;
import io.pinfold.server.consensus.MessageCodec;
import io.pinfold.server.consensus.Replica;
import io.pinfold.server.consensus.Role;
import io.pinfold.server.engine.Deferred.Waiting;
import io.pinfold.server.engine.PendingRequest.Kind;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.TxnRecord;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings requests to the leader: by a call when this member leads, over its link when another does. Confined to the node
 * loop.
 */
final class Requests implements Front.Leadership, LeaderDesk.Owners {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final EngineOptions options;
    private final Effects effects;
    private final Replica replica;
    private final DataTree tree;
    private final TreeMap<Integer, PeerLink> links;
    private final Front front;
    private final Forwarding forwarding = new Forwarding();
    private final JuteWriter scratch = new JuteWriter(1024);
    private final Deferred deferred = new Deferred();
    private final PeerDesk peerDesk;
    private @Nullable LeaderDesk desk;
    private boolean roomIsLow;
    private long now;
    private long wallMillis;
    private boolean changed;
    /** Since when nobody carries out changes; {@code Long.MAX_VALUE} while somebody does. */
    private long unservedSinceNanos;

    private long announcedEpoch = -1;
    private @Nullable PeerLink announcedTo;

    Requests(
            EngineOptions options,
            Effects effects,
            Replica replica,
            DataTree tree,
            TreeMap<Integer, PeerLink> links,
            Latencies latencies,
            long now,
            long wallMillis) {
        this.options = options;
        this.effects = effects;
        this.replica = replica;
        this.tree = tree;
        this.links = links;
        this.peerDesk = new PeerDesk(replica, links, deferred);
        peerDesk.advance(now, wallMillis);
        this.now = now;
        this.wallMillis = wallMillis;
        this.unservedSinceNanos = now;
        this.front = new Front(options, tree, this, latencies, new Audit(effects));
    }

    Front front() {
        return front;
    }

    boolean isServed() {
        return desk != null || forwarding.isServed();
    }

    /** {@return when a session ends if its client stays silent; -1 if others decide about that} */
    long endNanos(long sessionId) {
        return desk == null ? -1 : desk.endNanos(sessionId);
    }

    // ---- time ----

    void advance(long nowNanos, long nowWallMillis) {
        now = nowNanos;
        wallMillis = nowWallMillis;
        peerDesk.advance(now, wallMillis);
        if (isServed()) {
            unservedSinceNanos = Long.MAX_VALUE;
        } else if (unservedSinceNanos == Long.MAX_VALUE) {
            unservedSinceNanos = now;
        } else if (!front.isEmpty() && now - unservedSinceNanos > patienceNanos()) {
            front.closeWaiting("no leader carries out changes");
        }
    }

    /** Clients go elsewhere in time to keep their sessions. */
    private long patienceNanos() {
        return options.minSessionMillis() * NANOS_PER_MILLI / 2;
    }

    long nextDeadlineNanos() {
        LeaderDesk leading = desk;
        long deadline = leading == null ? Long.MAX_VALUE : leading.nextDeadlineNanos();
        if (!isServed() && !front.isEmpty()) {
            long since = unservedSinceNanos == Long.MAX_VALUE ? now : unservedSinceNanos;
            deadline = Math.min(deadline, Math.max(now + NANOS_PER_MILLI, since + patienceNanos() + 1));
        }
        return deadline;
    }

    // ---- requests of this member's clients ----

    @Override
    public void submit(PendingRequest pending) {
        LeaderDesk leading = desk;
        if (leading != null && replica.accepting() && !forwarding.isHolding()) {
            Asked asked = asked(pending);
            Decision decision = leading.decide(asked, now, wallMillis);
            boolean confirmed = pending.kind.isConfirmed() && decision.refusal() == ErrorCode.OK;
            if (decision.isLater()) {
                deferred.untilChanged(new Waiting(asked, forwarding.expect(pending), pending, decision));
            } else if (confirmed && !replica.servesAlone()) {
                deferred.untilConfirmed(new Waiting(asked, forwarding.expect(pending), pending, decision));
            } else {
                pending.seq = -1;
                front.decided(pending, confirmed ? leading.settle(asked, decision, now) : decision);
            }
        } else if (forwarding.isOpen()) {
            forwarding.ask(asked(pending), forwarding.expect(pending));
        } else {
            pending.seq = -1;
            forwarding.hold(pending);
        }
    }

    private Asked asked(PendingRequest pending) {
        Connection connection = pending.connection;
        return new Asked(
                pending.kind,
                options.memberId(),
                connection.number,
                pending.kind == Kind.ATTACH ? pending.sessionId : connection.sessionId,
                pending.xid,
                connection.timeoutMillis,
                pending.request,
                pending.identities);
    }

    @Override
    public boolean isReadOnly() {
        return options.policy().readOnlyMode()
                && !isServed()
                && unservedSinceNanos != Long.MAX_VALUE
                && now - unservedSinceNanos > patienceNanos();
    }

    @Override
    public void touched(Connection connection) {
        LeaderDesk leading = desk;
        if (leading != null) {
            leading.touch(connection.sessionId, options.memberId(), connection.number, now);
        } else if (forwarding.isOpen() && front.isTouchDue(connection)) {
            forwarding.tell(PeerFrames.TOUCH, connection.number, connection.sessionId);
        }
    }

    @Override
    public void sessionTaken(int member, long connection, long sessionId, String reason) {
        if (member == options.memberId()) {
            front.take(connection, sessionId, reason);
        } else {
            peerDesk.taken(member, connection, sessionId, reason);
        }
    }

    @Override
    public void softQuotaExceeded(String path) {
        effects.softQuotaExceeded(path);
    }

    boolean expireSession(long sessionId) {
        LeaderDesk leading = desk;
        if (leading != null) {
            return leading.endSession(sessionId, wallMillis);
        }
        forwarding.tell(PeerFrames.EXPIRE, 0, sessionId);
        return forwarding.isOpen() && tree.sessions().contains(sessionId);
    }

    // ---- the log ----

    @Nullable
    TxnRecord prepared(long zxid) {
        LeaderDesk leading = desk;
        return leading == null ? null : leading.prepared(zxid);
    }

    void applied(long zxid, long before, @Nullable TxnRecord txn, List<OpResult> results) {
        LeaderDesk leading = desk;
        if (leading != null) {
            leading.applied(zxid);
        }
        front.applied(zxid, before, txn, results);
    }

    void sessionClosed(long sessionId) {
        front.sessionClosed(sessionId);
        LeaderDesk leading = desk;
        if (leading != null) {
            leading.sessionClosed(sessionId);
        }
    }

    // ---- who leads ----

    /** Something about the leadership changed; seen to when the replica is done with its input. */
    void leadershipChanged() {
        changed = true;
    }

    void lost(int peer) {
        peerDesk.lost(peer);
        changed = true;
    }

    private void followLeadership() {
        changed = false;
        if (desk != null && !replica.serving()) {
            desk = null;
            peerDesk.close();
            deferred.clear();
            announcedEpoch = -1;
        }
        if (replica.role() != Role.LEADER) {
            peerDesk.forgetClaims();
        }
        if (replica.serving() && desk == null) {
            openDesk();
        } else if (desk != null && replica.accepting()) {
            front.resubmit(forwarding.takeHeld());
            peerDesk.decideHeld(desk);
        }
        if (desk == null) {
            followLeader();
        }
    }

    /** While there is hardly any room on this member's disk, as leader it lets nothing grow. */
    void roomIsLow(boolean low) {
        roomIsLow = low;
        if (desk != null) {
            desk.roomIsLow(low);
        }
    }

    private void openDesk() {
        LeaderDesk leading = new LeaderDesk(options, replica, tree, this, now);
        desk = leading;
        leading.roomIsLow(roomIsLow);
        forwarding.close();
        for (Connection connection : front.copyOfAttached()) {
            leading.claim(
                    connection.sessionId,
                    options.memberId(),
                    connection.number,
                    connection.timeoutMillis * NANOS_PER_MILLI,
                    now);
        }
        front.undoDecisions();
        front.resubmit(forwarding.takeUndecided());
        peerDesk.open(leading);
    }

    private void followLeader() {
        PeerLink link = replica.role() == Role.LEADER ? null : links.get(replica.leader());
        if (link == null) {
            forwarding.close();
            announcedEpoch = -1;
        } else if (announcedEpoch != replica.epoch() || announcedTo != link) {
            announcedEpoch = replica.epoch();
            announcedTo = link;
            forwarding.announce(link, replica.epoch(), announcement());
        }
    }

    private JuteWriter announcement() {
        List<Connection> attached = front.copyOfAttached();
        scratch.reset();
        scratch.writeByte(PeerFrames.ATTACHED);
        scratch.writeLong(replica.epoch());
        scratch.writeInt(attached.size());
        for (Connection connection : attached) {
            scratch.writeLong(connection.sessionId);
            scratch.writeLong(connection.number);
            scratch.writeLong(connection.timeoutMillis * NANOS_PER_MILLI);
        }
        return scratch;
    }

    // ---- peers ----

    void send(int peer, Message message) {
        PeerLink link = links.get(peer);
        if (link != null) {
            scratch.reset();
            MessageCodec.write(scratch, message);
            link.send(scratch.array(), scratch.size());
        }
    }

    void peerFrame(int peer, PeerLink link, JuteReader in) throws MalformedFrame {
        switch (in.readByte()) {
            case PeerFrames.ASK -> peerDesk.ask(peer, in);
            case PeerFrames.DECIDED -> onDecided(in);
            case PeerFrames.ATTACHED -> peerDesk.attached(peer, in);
            case PeerFrames.FENCED -> forwarding.fenced(in.readLong(), in.readLong());
            case PeerFrames.TAKEN -> onTaken(in);
            default -> throw new MalformedFrame("no frame between members has this type");
        }
    }

    private void onDecided(JuteReader in) throws MalformedFrame {
        boolean current = in.readLong() == announcedEpoch && forwarding.isOpen();
        while (in.remaining() > 0) {
            long seq = in.readLong();
            Decision decision = PeerFrames.readDecision(in);
            PendingRequest pending = current ? forwarding.decided(seq) : null;
            if (pending != null) {
                front.decided(pending, decision);
            }
        }
    }

    private void onTaken(JuteReader in) throws MalformedFrame {
        long sessionId = in.readLong();
        long connection = in.readLong();
        String reason = in.readString();
        front.take(connection, sessionId, reason == null ? "" : reason);
    }

    // ---- confirmations ----

    void confirmed(long token) {
        LeaderDesk leading = desk;
        if (leading != null) {
            for (Waiting one : deferred.confirmed(token)) {
                tell(one.settled(leading.settle(one.asked(), one.decision(), now)));
            }
        }
    }

    private void tell(Waiting one) {
        PendingRequest pending = one.pending();
        if (pending == null) {
            peerDesk.answer(one.asked().member(), one.seq(), one.decision());
        } else if (forwarding.decided(one.seq()) == pending) {
            front.decided(pending, one.decision());
        }
    }

    void unconfirmed(long token) {
        deferred.unconfirmed(token);
    }

    // ---- the end of a turn ----

    void beforeEndOfTurn() {
        if (changed) {
            followLeadership();
        }
        openForwarding();
        LeaderDesk leading = desk;
        if (leading != null) {
            leading.expire(now, wallMillis);
            leading.reap(now, wallMillis);
            Waiting change = deferred.changed(leading);
            if (change != null) {
                tell(change);
            }
        }
        forwarding.flush();
        peerDesk.flush();
        deferred.confirm(replica);
    }

    private void openForwarding() {
        if (forwarding.isReady(tree.lastZxid())) {
            forwarding.open();
            front.undoDecisions();
            front.resubmit(forwarding.takeUndecided());
        }
    }

    /** {@return whether there is more to do at once} */
    boolean afterEndOfTurn() {
        peerDesk.flush();
        return changed || forwarding.isReady(tree.lastZxid());
    }

    @Override
    public String toString() {
        return forwarding + " " + deferred + " leading=" + (desk != null);
    }
}
