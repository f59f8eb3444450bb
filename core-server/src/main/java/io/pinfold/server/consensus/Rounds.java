package io.pinfold.server.consensus;

import java.util.ArrayDeque;
import java.util.TreeMap;

/**
 * Questions whether this member still leads. All questions of a turn share a round; when a quorum has answered it, the member
 * led after they were asked. Confined to its {@link Leading}.
 */
final class Rounds {
    private record Question(long round, long token) {}

    private final Replica replica;
    private final TreeMap<Integer, Progress> peers;
    private final ArrayDeque<Question> questions = new ArrayDeque<>();
    private long round;
    private boolean asked;

    Rounds(Replica replica, TreeMap<Integer, Progress> peers) {
        this.replica = replica;
        this.peers = peers;
    }

    void ask(long token) {
        questions.add(new Question(round + 1, token));
        asked = true;
    }

    /** Begins the round of this turn's questions. */
    void open() {
        if (asked) {
            round++;
            asked = false;
        }
    }

    /** {@return the round that messages of this turn carry} */
    long current() {
        return round;
    }

    /** {@return whether this peer has to be asked for its answer to a question} */
    boolean isWantedFrom(Progress peer) {
        return !questions.isEmpty() && peer.askedRound < round;
    }

    /** Answers the questions whose rounds a quorum has answered. */
    void confirm() {
        while (!questions.isEmpty()
                && questions.peekFirst().round <= round
                && isAnswered(questions.peekFirst().round)) {
            replica.effects.readIndexConfirmed(questions.pollFirst().token);
        }
    }

    private boolean isAnswered(long asked) {
        if (!replica.options.safeguards().on(Safeguard.READ_INDEX_CONFIRMED)) {
            return true;
        }
        return replica.memberships.current().isQuorum(id -> hasAnswered(id, asked), replica.options.safeguards());
    }

    private boolean hasAnswered(int id, long asked) {
        if (!replica.electorate.counts(id)) {
            return false;
        }
        if (id == replica.options.memberId()) {
            return true;
        }
        Progress peer = peers.get(id);
        return peer != null && peer.round >= asked;
    }

    /** The leadership is over. */
    void lose() {
        while (!questions.isEmpty()) {
            replica.effects.readIndexLost(questions.pollFirst().token);
        }
    }
}
