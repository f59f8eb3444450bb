package io.pinfold.server.engine;

import io.pinfold.wire.JuteWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How this member's requests get to the leader and its decisions come back. Confined to the node loop.
 *
 * <p>When a link or a leader is lost, nobody knows what became of what was asked. So a member begins with a leader by saying
 * which sessions it carries, and the leader answers with a <i>fence</i>: a zxid behind which everything is that any earlier
 * asking of this member may have put into the log. When the member has applied that, it knows: what it found in the log is
 * answered from there, and all else never happened and is asked again, in the same order.
 */
final class Forwarding {
    /** What is asked in one turn goes out in one frame, unless it is more than this. */
    private static final int FLUSH_BYTES = 256 * 1024;

    private enum State {
        /** There is no leader, or no link to it. */
        CLOSED,
        /** The leader was told which sessions are here. */
        ANNOUNCED,
        /** The leader said what must be applied first. */
        FENCED,
        /** Requests go out. */
        OPEN
    }

    private final JuteWriter frame = new JuteWriter(1024);
    /** What was asked and is not decided, by number and so in order. */
    private final LinkedHashMap<Long, PendingRequest> asked = new LinkedHashMap<>();
    /** What cannot be asked at the moment. */
    private List<PendingRequest> held = new ArrayList<>();

    private State state = State.CLOSED;
    private @Nullable PeerLink link;
    private long epoch;
    private long fenceZxid;
    private long nextSeq = 1;

    boolean isOpen() {
        return state == State.OPEN;
    }

    /** {@return whether there is a leader that has begun to answer} */
    boolean isServed() {
        return state == State.FENCED || state == State.OPEN;
    }

    /** Nobody can be asked any more. What was asked stays, because its outcome may still come through the log. */
    void close() {
        state = State.CLOSED;
        link = null;
        frame.reset();
    }

    /** Begins with a leader: the frame tells which sessions are here. */
    void announce(PeerLink toLeader, long ofEpoch, JuteWriter attached) {
        link = toLeader;
        epoch = ofEpoch;
        state = State.ANNOUNCED;
        frame.reset();
        toLeader.send(attached.array(), attached.size());
    }

    /** The leader has answered the announcement. */
    void fenced(long ofEpoch, long zxid) {
        if (state == State.ANNOUNCED && ofEpoch == epoch) {
            fenceZxid = zxid;
            state = State.FENCED;
        }
    }

    /** {@return whether now everything is applied that may hold an earlier request, so that {@link #open} may follow} */
    boolean isReady(long appliedZxid) {
        return state == State.FENCED && appliedZxid >= fenceZxid;
    }

    void open() {
        state = State.OPEN;
    }

    // ---- requests ----

    /** Gives a request the number under which its decision is awaited. */
    long expect(PendingRequest pending) {
        pending.seq = nextSeq++;
        asked.put(pending.seq, pending);
        return pending.seq;
    }

    void hold(PendingRequest pending) {
        held.add(pending);
    }

    void ask(Asked what, long seq) {
        beginAsk();
        PeerFrames.writeAsk(frame, seq, what);
        flushIfLarge();
    }

    /** Says something about a session that needs no answer. */
    void tell(int kind, long connection, long sessionId) {
        if (state == State.OPEN) {
            beginAsk();
            PeerFrames.writeAsk(frame, kind, 0, connection, sessionId, 0, 0);
            flushIfLarge();
        }
    }

    private void beginAsk() {
        if (frame.size() == 0) {
            frame.writeByte(PeerFrames.ASK);
            frame.writeLong(epoch);
        }
    }

    private void flushIfLarge() {
        if (frame.size() > FLUSH_BYTES) {
            flush();
        }
    }

    /** Sends what was asked in this turn. */
    void flush() {
        if (frame.size() > 0 && link != null) {
            link.send(frame.array(), frame.size());
        }
        frame.reset();
    }

    /** {@return the request that a decision is about, or null if nobody waits for it any more} */
    @Nullable
    PendingRequest decided(long seq) {
        return asked.remove(seq);
    }

    /** A request was found in the log. */
    void found(PendingRequest pending) {
        asked.remove(pending.seq);
    }

    /** {@return whether something waits that could not be asked: what comes later has to stand behind it} */
    boolean isHolding() {
        return !held.isEmpty();
    }

    /** Takes what could not be asked. */
    List<PendingRequest> takeHeld() {
        List<PendingRequest> taken = held;
        held = new ArrayList<>();
        return taken;
    }

    /** Takes everything that is not decided, in the order in which it was first asked. */
    List<PendingRequest> takeUndecided() {
        List<PendingRequest> undecided = new ArrayList<>(asked.values());
        undecided.addAll(held);
        asked.clear();
        held = new ArrayList<>();
        return undecided;
    }

    @Override
    public String toString() {
        return "forwarding=" + state + " asked=" + asked.size() + " held=" + held.size();
    }
}
