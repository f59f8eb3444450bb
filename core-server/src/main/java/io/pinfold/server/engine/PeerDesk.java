package io.pinfold.server.engine;

import io.pinfold.AuthId;
import io.pinfold.ErrorCode;
import io.pinfold.server.consensus.Replica;
import io.pinfold.server.consensus.Role;
import io.pinfold.server.engine.Deferred.Waiting;
import io.pinfold.server.engine.PendingRequest.Kind;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.Replies;
import io.pinfold.wire.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a leader does for the other members: begins with each by taking over its sessions and telling what it has to apply
 * first, gets decided what they ask, and tells them. Confined to the node loop.
 */
final class PeerDesk {
    /** What a member asked while this one was about to hand over. */
    private record Held(long seq, Asked asked) {}

    /** A connection that carries a session. */
    private record Claim(long sessionId, long connection, long timeoutNanos) {}

    private final Replica replica;
    private final TreeMap<Integer, PeerLink> links;
    private final Deferred deferred;
    private final JuteWriter scratch = new JuteWriter(256);
    /** Decisions of this turn. */
    private final TreeMap<Integer, JuteWriter> decisions = new TreeMap<>();
    /** Members that began with this leader before it could serve, and the sessions that they carry. */
    private final TreeMap<Integer, List<Claim>> claims = new TreeMap<>();
    /** Waits until it is clear whether this member goes on leading. */
    private final ArrayDeque<Held> held = new ArrayDeque<>();

    private @Nullable LeaderDesk desk;
    private long now;
    private long wallMillis;

    PeerDesk(Replica replica, TreeMap<Integer, PeerLink> links, Deferred deferred) {
        this.replica = replica;
        this.links = links;
        this.deferred = deferred;
    }

    void advance(long nowNanos, long nowWallMillis) {
        now = nowNanos;
        wallMillis = nowWallMillis;
    }

    // ---- who leads ----

    /** This member serves as leader. */
    void open(LeaderDesk leading) {
        desk = leading;
        claims.forEach((peer, claimed) -> begin(leading, peer, claimed));
        claims.clear();
    }

    /** This member does not serve as leader any more: others decide. */
    void close() {
        desk = null;
        decisions.clear();
        held.clear();
    }

    /** This member does not even lead. */
    void forgetClaims() {
        claims.clear();
    }

    /** The link to a member is gone, and with it whatever it waits for. */
    void lost(int peer) {
        decisions.remove(peer);
        claims.remove(peer);
        held.removeIf(one -> one.asked.member() == peer);
    }

    // ---- sessions ----

    /** A member says which sessions it carries. */
    void attached(int peer, JuteReader in) throws MalformedFrame {
        boolean current = in.readLong() == replica.epoch() && replica.role() == Role.LEADER;
        int count = in.readCount();
        List<Claim> claimed = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            claimed.add(new Claim(in.readLong(), in.readLong(), in.readLong()));
        }
        LeaderDesk leading = desk;
        if (current && leading != null) {
            begin(leading, peer, claimed);
        } else if (current) {
            claims.put(peer, claimed);
        }
    }

    /** Begins to serve a member: takes over its sessions, and says what it has to apply first. */
    private void begin(LeaderDesk leading, int peer, List<Claim> claimed) {
        for (Claim claim : claimed) {
            leading.claim(claim.sessionId, peer, claim.connection, claim.timeoutNanos, now);
        }
        PeerLink link = links.get(peer);
        if (link != null) {
            scratch.reset();
            scratch.writeByte(PeerFrames.FENCED);
            scratch.writeLong(replica.epoch());
            scratch.writeLong(replica.lastZxid());
            link.send(scratch.array(), scratch.size());
        }
    }

    /** Tells a member that a connection does not carry its session any more. */
    void taken(int member, long connection, long sessionId, String reason) {
        PeerLink link = links.get(member);
        if (link != null) {
            flush(); // it may just have been decided that the session is there
            scratch.reset();
            scratch.writeByte(PeerFrames.TAKEN);
            scratch.writeLong(sessionId);
            scratch.writeLong(connection);
            scratch.writeString(reason);
            link.send(scratch.array(), scratch.size());
        }
    }

    // ---- requests ----

    /** A member asks for something, once or many times. */
    void ask(int peer, JuteReader in) throws MalformedFrame {
        LeaderDesk leading = desk;
        if (in.readLong() != replica.epoch() || leading == null) {
            return; // the fence tells the peer what became of it
        }
        while (in.remaining() > 0) {
            int kind = in.readByte();
            long seq = in.readLong();
            long connection = in.readLong();
            long sessionId = in.readLong();
            int xid = in.readInt();
            int timeoutMillis = in.readInt();
            if (kind == PeerFrames.TOUCH) {
                leading.touch(sessionId, peer, connection, now);
            } else if (kind == PeerFrames.EXPIRE) {
                leading.endSession(sessionId, wallMillis);
            } else {
                Kind wanted = kind(kind);
                Request request = wanted == Kind.WRITE ? PeerFrames.readRequest(in) : null;
                List<AuthId> ids = wanted == Kind.WRITE ? Replies.readAuthIds(in) : List.of();
                ask(leading, seq, new Asked(wanted, peer, connection, sessionId, xid, timeoutMillis, request, ids));
            }
        }
    }

    private static Kind kind(int number) throws MalformedFrame {
        for (Kind kind : Kind.values()) {
            if (kind.number == number && kind.isDecided()) {
                return kind;
            }
        }
        throw new MalformedFrame("a peer asks for something of kind " + number);
    }

    private void ask(LeaderDesk leading, long seq, Asked asked) {
        if (replica.accepting() && held.isEmpty()) {
            decide(leading, seq, asked);
        } else {
            held.add(new Held(seq, asked)); // if another member leads soon, that one will be asked
        }
    }

    /** This member goes on leading: decides what it was asked while that was not clear. */
    void decideHeld(LeaderDesk leading) {
        while (replica.accepting() && !held.isEmpty()) {
            Held first = held.remove();
            decide(leading, first.seq, first.asked);
        }
    }

    private void decide(LeaderDesk leading, long seq, Asked asked) {
        Decision decision = leading.decide(asked, now, wallMillis);
        if (decision.isLater()) {
            deferred.untilChanged(new Waiting(asked, seq, null, decision));
        } else if (asked.kind().isConfirmed() && decision.refusal() == ErrorCode.OK) {
            deferred.untilConfirmed(new Waiting(asked, seq, null, decision));
        } else {
            answer(asked.member(), seq, decision);
        }
    }

    /** Tells a member what was decided, at the end of the turn. */
    void answer(int peer, long seq, Decision decision) {
        JuteWriter out = decisions.get(peer);
        if (out == null) {
            out = new JuteWriter(256);
            decisions.put(peer, out);
        }
        if (out.size() == 0) {
            out.writeByte(PeerFrames.DECIDED);
            out.writeLong(replica.epoch());
        }
        PeerFrames.writeDecision(out, seq, decision);
    }

    /** Sends the decisions. */
    void flush() {
        for (Map.Entry<Integer, JuteWriter> entry : decisions.entrySet()) {
            PeerLink link = links.get(entry.getKey());
            JuteWriter out = entry.getValue();
            if (link != null && out.size() > 0) {
                link.send(out.array(), out.size());
            }
            out.reset();
        }
    }
}
