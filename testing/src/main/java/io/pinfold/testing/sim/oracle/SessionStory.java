package io.pinfold.testing.sim.oracle;

import io.pinfold.server.tree.Txn;
import io.pinfold.server.tree.TxnCodec;
import io.pinfold.server.tree.TxnRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All connections of one session in their order, and what it changed. Confined to the world's thread. */
final class SessionStory {
    /** A change and the request that led to it. */
    record Match(Question question, Model.Step step, long previousZxid) {}

    final long session;
    final List<Conversation> conversations = new ArrayList<>();
    private final ArrayDeque<Model.Step> unexplained = new ArrayDeque<>();
    /** Changes that requests of several connections may have led to. */
    private final List<Model.Step> ambiguous = new ArrayList<>();

    private long lastMatched = -1;
    private long lastMatchedZxid;
    /** The member's own record of the timeout, by the transaction that began the session. */
    int timeoutMillis;

    long begunZxid;
    long endedZxid;

    SessionStory(long session) {
        this.session = session;
    }

    void add(Conversation conversation) {
        conversation.session = session;
        conversation.place = conversations.size();
        conversations.add(conversation);
    }

    boolean isWild() {
        for (Conversation conversation : conversations) {
            if (conversation.wild) {
                return true;
            }
        }
        return false;
    }

    void changed(Model.Step step) {
        unexplained.add(step);
    }

    List<Model.Step> unexplained() {
        return List.copyOf(unexplained);
    }

    /** {@return the changes for which a request is known now, in their order} */
    List<Match> explain() {
        List<Match> matches = new ArrayList<>();
        while (!unexplained.isEmpty()) {
            Model.Step step = unexplained.peek();
            List<Question> candidates = candidates(step);
            if (candidates.isEmpty()) {
                break;
            }
            unexplained.poll();
            Question first = candidates.get(0);
            boolean sure = connections(candidates) == 1;
            if (sure) {
                first.step = step;
                matches.add(new Match(first, step, lastMatchedZxid));
                lastMatched = Math.max(lastMatched, first.number);
                lastMatchedZxid = step.entry().zxid();
            } else {
                ambiguous.add(step);
            }
        }
        return matches;
    }

    /** A request was answered with success of which it was not clear what it had led to. */
    void settle(Question question) {
        for (Model.Step step : ambiguous) {
            if (fits(question, step)) {
                ambiguous.remove(step);
                question.step = step;
                return;
            }
        }
    }

    private static int connections(List<Question> candidates) {
        TreeSet<Long> connections = new TreeSet<>();
        candidates.forEach(c -> connections.add(c.conversation.connection));
        return connections.size();
    }

    /** Requests that may have led to this change: those in their turn, or else any. */
    private List<Question> candidates(Model.Step step) {
        List<Question> inTurn = new ArrayList<>();
        List<Question> any = new ArrayList<>();
        for (Conversation conversation : conversations) {
            for (Question question : conversation.questions) {
                if (question.step == null && fits(question, step)) {
                    (question.number > lastMatched ? inTurn : any).add(question);
                }
            }
        }
        return inTurn.isEmpty() ? any : inTurn;
    }

    private static boolean fits(Question question, Model.Step step) {
        TxnRecord txn = step.txn();
        if (txn == null || !question.isWrite() || question.xid != txn.cxid() || wasRefused(question)) {
            return false;
        }
        Txn expected = expected(question, step.before());
        return expected != null && same(expected, txn);
    }

    private static boolean wasRefused(Question question) {
        return question.header != null && !question.succeeded();
    }

    private static @Nullable Txn expected(Question question, State before) {
        return Judge.judge(before, question.request, question.conversation.session)
                .txn();
    }

    /** Which ephemeral znodes go is another promise. */
    private static boolean same(Txn expected, TxnRecord actual) {
        if (expected instanceof Txn.CloseSession) {
            return actual.body() instanceof Txn.CloseSession;
        }
        TxnRecord other =
                new TxnRecord(actual.zxid(), actual.timeMillis(), actual.sessionId(), actual.cxid(), expected);
        return Arrays.equals(TxnCodec.encode(other), TxnCodec.encode(actual));
    }
}
