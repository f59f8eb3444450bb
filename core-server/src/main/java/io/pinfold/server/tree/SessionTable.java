package io.pinfold.server.tree;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The committed sessions, and which ephemeral znodes each owns. Sessions are ordered by id, so that the order does not
 * depend on how the table came to be. Confined to the owner of the {@link DataTree}, and changed by it alone.
 */
public final class SessionTable {
    private final TreeMap<Long, Session> sessions = new TreeMap<>();

    /** Hears of one session. */
    public interface Visitor {
        void session(long sessionId, int timeoutMillis);
    }

    private static final class Session {
        final int timeoutMillis;

        @Nullable
        LinkedHashSet<String> ephemerals;

        long ephemeralBytes;

        Session(int timeoutMillis) {
            this.timeoutMillis = timeoutMillis;
        }
    }

    /** {@return the timeout that was agreed on when the session began, or {@code null} if there is no such session} */
    public @Nullable Integer timeoutMillis(long sessionId) {
        Session session = sessions.get(sessionId);
        return session == null ? null : session.timeoutMillis;
    }

    public boolean contains(long sessionId) {
        return sessions.containsKey(sessionId);
    }

    public int size() {
        return sessions.size();
    }

    /** Hands over every session, ordered by id. */
    public void forEach(Visitor visitor) {
        for (Map.Entry<Long, Session> entry : sessions.entrySet()) {
            visitor.session(entry.getKey(), entry.getValue().timeoutMillis);
        }
    }

    /** {@return the paths of a session's ephemeral znodes, the oldest first; empty for an unknown session} */
    public List<String> ephemerals(long sessionId) {
        Session session = sessions.get(sessionId);
        return session == null || session.ephemerals == null ? List.of() : new ArrayList<>(session.ephemerals);
    }

    /** {@return how many ephemeral znodes a session owns} */
    public int ephemeralCount(long sessionId) {
        Session session = sessions.get(sessionId);
        return session == null || session.ephemerals == null ? 0 : session.ephemerals.size();
    }

    boolean ownsEphemeral(long sessionId, String path) {
        Session session = sessions.get(sessionId);
        return session != null && session.ephemerals != null && session.ephemerals.contains(path);
    }

    /** How many bytes the paths of a session's ephemeral znodes take in the transaction that ends the session. */
    long ephemeralBytes(long sessionId) {
        Session session = sessions.get(sessionId);
        return session == null ? 0 : session.ephemeralBytes;
    }

    boolean add(long sessionId, int timeoutMillis) {
        return sessions.putIfAbsent(sessionId, new Session(timeoutMillis)) == null;
    }

    void remove(long sessionId) {
        sessions.remove(sessionId);
    }

    boolean addEphemeral(long sessionId, String path) {
        Session session = sessions.get(sessionId);
        if (session == null) {
            return false;
        }
        Set<String> ephemerals = session.ephemerals;
        if (ephemerals == null) {
            session.ephemerals = new LinkedHashSet<>(4);
            ephemerals = session.ephemerals;
        }
        if (ephemerals.add(path)) {
            session.ephemeralBytes += TxnCodec.size(path);
        }
        return true;
    }

    void removeEphemeral(long sessionId, String path) {
        Session session = sessions.get(sessionId);
        if (session == null || session.ephemerals == null || !session.ephemerals.remove(path)) {
            return;
        }
        session.ephemeralBytes -= TxnCodec.size(path);
        if (session.ephemerals.isEmpty()) {
            session.ephemerals = null;
        }
    }
}
