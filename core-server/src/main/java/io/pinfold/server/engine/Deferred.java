package io.pinfold.server.engine;

import io.pinfold.server.consensus.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decisions of a leader that may not be told yet: until a quorum confirms that it still leads, or until the members have changed.
 * Confined to the node loop.
 */
final class Deferred {
    /**
     * Someone who waits.
     *
     * @param asked what was asked, and by which member
     * @param seq that member's number of the request
     * @param pending the request if it is one of this member's clients
     * @param decision what to tell
     */
    record Waiting(Asked asked, long seq, @Nullable PendingRequest pending, Decision decision) {
        /** {@return the same with what is to be told in the end} */
        Waiting settled(Decision outcome) {
            return new Waiting(asked, seq, pending, outcome);
        }
    }

    private final TreeMap<Long, List<Waiting>> rounds = new TreeMap<>();
    private List<Waiting> round = new ArrayList<>();
    /** Who waits for the members to change. */
    private @Nullable Waiting change;

    private long nextToken = 1;

    /** Takes a decision that is to be told when it is confirmed that this member leads. */
    void untilConfirmed(Waiting waiting) {
        round.add(waiting);
    }

    /** Asks for the confirmation of what was decided in this turn. */
    void confirm(Replica replica) {
        if (!round.isEmpty()) {
            long token = nextToken++;
            rounds.put(token, round);
            round = new ArrayList<>();
            replica.readIndex(token);
        }
    }

    /** {@return what may be told now} */
    List<Waiting> confirmed(long token) {
        List<Waiting> waiting = rounds.remove(token);
        return waiting == null ? List.of() : waiting;
    }

    void unconfirmed(long token) {
        rounds.remove(token);
    }

    /** Takes a request whose decision is known when the members have changed. */
    void untilChanged(Waiting waiting) {
        change = waiting;
    }

    /** {@return the decision about a change of the members if it is known now, else null} */
    @Nullable
    Waiting changed(LeaderDesk leading) {
        Waiting waiting = change;
        Decision outcome =
                waiting == null ? null : leading.reconfigured(waiting.decision().sessionId());
        if (waiting == null || outcome == null) {
            return null;
        }
        change = null;
        return waiting.settled(outcome);
    }

    /** This member does not lead any more: others decide. */
    void clear() {
        rounds.clear();
        round.clear();
        change = null;
    }

    @Override
    public String toString() {
        return "unconfirmed=" + rounds.size();
    }
}
