package io.pinfold.testing.sim.oracle;

import io.pinfold.server.tree.Txn;
import io.pinfold.server.tree.TxnRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the promises have in common: the model, all connections, all sessions, and which request led to which change. Hears
 * of each fact before they do. Confined to the world's thread.
 */
public final class Scene {
    private final Model model;
    private final Map<Long, Conversation> conversations = new HashMap<>();
    private final TreeMap<Long, SessionStory> sessions = new TreeMap<>();
    private long questions;
    private long highestSeen;

    private Model.@Nullable Step newStep;
    private @Nullable Question answered;
    private List<SessionStory.Match> matches = List.of();

    /**
     * Makes a scene on which nothing has happened.
     *
     * @param remembered how many states the model keeps
     */
    public Scene(int remembered) {
        model = new Model(remembered);
    }

    Model model() {
        return model;
    }

    /** {@return the entry that became committed by this fact, for the first time anywhere} */
    Model.@Nullable Step newStep() {
        return newStep;
    }

    /** {@return the request that this fact answers} */
    @Nullable
    Question answered() {
        return answered;
    }

    /** {@return the changes for which this fact tells which request led to them} */
    List<SessionStory.Match> matches() {
        return matches;
    }

    /** {@return the highest zxid that a reply or an event has shown to any client} */
    long highestSeen() {
        return highestSeen;
    }

    Conversation conversation(long connection) {
        Conversation found = conversations.get(connection);
        if (found == null) {
            throw new IllegalStateException("Connection " + connection + " was never greeted");
        }
        return found;
    }

    /** {@return the oldest zxid at which a request may have been judged} */
    long earliest(Question question) {
        SessionStory story = sessions.get(question.conversation.session);
        return Math.max(question.seenBefore, story == null ? 0 : story.begunZxid);
    }

    Iterable<SessionStory> sessions() {
        return sessions.values();
    }

    @Nullable
    SessionStory session(long id) {
        return sessions.get(id);
    }

    private SessionStory story(long id) {
        return sessions.computeIfAbsent(id, SessionStory::new);
    }

    void hear(Fact fact) {
        newStep = null;
        answered = null;
        matches = List.of();
        if (fact instanceof Fact.Committed committed) {
            commit(committed);
        } else if (fact instanceof Fact.Answered reply) {
            answer(reply);
        } else if (fact instanceof Fact.Told told) {
            see(conversation(told.connection()), told.zxid());
        } else if (fact instanceof Fact.Asked asked) {
            Conversation conversation = conversation(asked.connection());
            conversation.ask(new Question(conversation, questions++, asked, highestSeen));
        } else if (fact instanceof Fact.Greeted greeted) {
            greet(greeted);
        } else if (fact instanceof Fact.Welcomed welcomed) {
            welcome(welcomed);
        } else if (fact instanceof Fact.WentWild wild) {
            conversation(wild.connection()).wild = true;
        } else if (fact instanceof Fact.HungUp hungUp) {
            conversation(hungUp.connection()).over = true;
        }
    }

    private void greet(Fact.Greeted greeted) {
        Conversation conversation = new Conversation(greeted.connection(), greeted.atNanos());
        conversations.put(greeted.connection(), conversation);
        long session = greeted.request().sessionId();
        if (session != 0) {
            story(session).add(conversation);
        }
    }

    private void welcome(Fact.Welcomed welcomed) {
        Conversation conversation = conversation(welcomed.connection());
        conversation.welcomed = welcomed.response().sessionId() != 0;
        conversation.timeoutMillis = welcomed.response().timeoutMillis();
        if (conversation.session == 0 && conversation.welcomed) {
            SessionStory story = story(welcomed.response().sessionId());
            story.add(conversation);
            matches = story.explain();
        }
    }

    private void commit(Fact.Committed committed) {
        newStep = model.commit(committed.entry());
        TxnRecord txn = newStep == null ? null : newStep.txn();
        if (newStep == null || txn == null || txn.sessionId() == 0) {
            return;
        }
        SessionStory story = story(txn.sessionId());
        if (txn.body() instanceof Txn.CreateSession create) {
            story.begunZxid = txn.zxid();
            story.timeoutMillis = create.timeoutMillis();
            return;
        }
        if (txn.body() instanceof Txn.CloseSession) {
            story.endedZxid = txn.zxid();
            if (txn.cxid() == 0) {
                return; // expired
            }
        }
        story.changed(newStep);
        matches = new ArrayList<>(story.explain());
    }

    private void answer(Fact.Answered reply) {
        Conversation conversation = conversation(reply.connection());
        if (conversation.wild) {
            return;
        }
        Question question = conversation.take(reply.header().xid());
        if (question == null) {
            throw new Violation(
                    FifoClientOrder.class.getSimpleName(),
                    "connection " + reply.connection() + " was answered " + reply.header() + " out of turn");
        }
        question.header = reply.header();
        question.body = reply.body();
        question.answeredNanos = reply.atNanos();
        answered = question;
        see(conversation, reply.header().zxid());
        if (question.isWrite() && question.succeeded() && question.step == null) {
            SessionStory story = sessions.get(conversation.session);
            if (story != null) {
                story.settle(question);
            }
        }
    }

    private void see(Conversation conversation, long zxid) {
        if (zxid <= 0) {
            return;
        }
        if (conversation.firstZxid == 0) {
            conversation.firstZxid = zxid;
        }
        conversation.lastZxid = zxid;
        highestSeen = Math.max(highestSeen, zxid);
    }
}
