package io.pinfold.testing.sim.oracle;

import io.pinfold.wire.OpCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client and a member said to each other over one connection. Confined to the world's thread. */
final class Conversation {
    static final int PING = -2;

    final long connection;
    final long greetedNanos;
    final List<Question> questions = new ArrayList<>();
    private final ArrayDeque<Question> unanswered = new ArrayDeque<>();
    private final ArrayDeque<Question> pings = new ArrayDeque<>();

    /** 0 while it is not known. */
    long session;

    /** Place among the connections of its session. */
    int place = -1;

    int timeoutMillis;
    boolean welcomed;
    boolean wild;
    boolean over;
    /** The first zxid that a reply showed; 0 for none yet. */
    long firstZxid;

    /** The newest zxid that a reply or an event showed. */
    long lastZxid;

    Conversation(long connection, long greetedNanos) {
        this.connection = connection;
        this.greetedNanos = greetedNanos;
    }

    void ask(Question question) {
        questions.add(question);
        (question.request.opCode() == OpCode.PING ? pings : unanswered).add(question);
    }

    /** {@return the question that a reply with this number belongs to, or null if there is none in its turn} */
    @Nullable
    Question take(int xid) {
        if (xid == PING && !pings.isEmpty()) {
            return pings.poll();
        }
        Question first = unanswered.peek();
        if (first != null && first.xid == xid) {
            return unanswered.poll();
        }
        for (Question question : unanswered) {
            OpCode op = question.request.opCode();
            if (question.xid == xid && (op == OpCode.AUTH || op == OpCode.SASL)) {
                unanswered.remove(question);
                return question;
            }
        }
        return null;
    }
}
