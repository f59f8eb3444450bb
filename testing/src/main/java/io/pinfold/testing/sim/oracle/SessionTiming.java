package io.pinfold.testing.sim.oracle;

import io.pinfold.server.tree.Txn;
import io.pinfold.server.tree.TxnRecord;
import io.pinfold.wire.OpCode;
import java.util.HashMap;
import java.util.Map;

/**
 * A session lives for its timeout from the asking of each ping that was answered, and not much longer than its timeout
 * when nothing is heard of it.
 */
final class SessionTiming implements Invariant {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Timing timing;
    /** Until when each session was promised to live. */
    private final Map<Long, Long> promised = new HashMap<>();

    private final Map<Long, Long> expired = new HashMap<>();
    /** When each session was last heard of, at the earliest. */
    private final Map<Long, Long> heard = new HashMap<>();

    private long servedNanos;

    SessionTiming(Timing timing) {
        this.timing = timing;
    }

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Served served) {
            servedNanos = served.atNanos();
        } else if (fact instanceof Fact.Healed healed) {
            servedNanos = Math.max(servedNanos, healed.atNanos());
        } else if (fact instanceof Fact.Welcomed welcomed) {
            Conversation conversation = scene.conversation(welcomed.connection());
            if (conversation.welcomed) {
                promise(conversation, conversation.greetedNanos);
            }
        } else if (fact instanceof Fact.Asked || fact instanceof Fact.Greeted) {
            long connection =
                    fact instanceof Fact.Asked asked ? asked.connection() : ((Fact.Greeted) fact).connection();
            heard.put(scene.conversation(connection).session, fact.atNanos());
        }
        Question question = scene.answered();
        if (question != null && question.request.opCode() == OpCode.PING) {
            promise(question.conversation, question.askedNanos);
        }
        Model.Step step = scene.newStep();
        TxnRecord txn = step == null ? null : step.txn();
        if (txn != null && txn.body() instanceof Txn.CloseSession && txn.cxid() == 0) {
            expired.put(txn.sessionId(), fact.atNanos());
            check(txn.sessionId());
        } else if (txn != null && txn.body() instanceof Txn.CreateSession) {
            heard.putIfAbsent(txn.sessionId(), fact.atNanos());
        }
    }

    private void promise(Conversation conversation, long fromNanos) {
        long timeout = conversation.timeoutMillis * NANOS_PER_MILLI;
        long until = fromNanos + timeout - timeout / 1000 * timing.slackPerMille();
        promised.merge(conversation.session, until, Math::max);
        check(conversation.session);
    }

    private void check(long session) {
        Long end = expired.get(session);
        Long until = promised.get(session);
        if (end != null && until != null && end < until) {
            throw broken("session 0x" + Long.toHexString(session) + " was ended " + (until - end) / NANOS_PER_MILLI
                    + " ms before its time");
        }
    }

    @Override
    public void end(long atNanos, Scene scene) {
        scene.model().last().sessions.forEach((session, timeoutMillis) -> {
            SessionStory story = scene.session(session);
            long timeout = timeoutMillis * NANOS_PER_MILLI;
            if (story != null) {
                for (Conversation conversation : story.conversations) {
                    timeout = Math.max(timeout, conversation.timeoutMillis * NANOS_PER_MILLI);
                }
            }
            long since = Math.max(servedNanos, heard.getOrDefault(session, 0L));
            long latest = since + timeout + timeout / 1000 * timing.slackPerMille() + timing.lateNanos();
            if (atNanos > latest) {
                throw broken("session 0x" + Long.toHexString(session) + " should have ended "
                        + (atNanos - latest) / NANOS_PER_MILLI + " ms ago");
            }
        });
    }
}
