package io.pinfold.server.engine;

import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import java.util.Iterator;
import java.util.LinkedHashSet;

/**
 * The first frame of each connection: opens a session or attaches to one. Confined to the node loop.
 *
 * <p>An invalid session (unknown, over, or with a wrong password) is answered by zeros, and all three look alike.
 */
final class Handshakes {
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Marks sessions that are not replicated; the others have a zxid there, whose epoch would have to pass 16 million. */
    private static final long LOCAL = 0xffL << 48;

    private static final long GREETING_NANOS = 10_000 * NANOS_PER_MILLI;

    private final EngineOptions options;
    private SessionPasswords passwords;
    private final Outbox outbox;
    /** Connections that did not say anything yet, in the order of their deadlines. */
    private final LinkedHashSet<Connection> silent = new LinkedHashSet<>();

    Handshakes(EngineOptions options, Outbox outbox) {
        this.options = options;
        this.passwords = new SessionPasswords(options.sessionKey());
        this.outbox = outbox;
    }

    void expect(Connection connection, long now) {
        connection.greetDeadlineNanos = now + GREETING_NANOS;
        silent.add(connection);
    }

    /** Forgets a connection that is gone; nothing of it may stay until its deadline. */
    void forget(Connection connection) {
        silent.remove(connection);
    }

    long nextDeadlineNanos() {
        return silent.isEmpty() ? Long.MAX_VALUE : silent.iterator().next().greetDeadlineNanos;
    }

    /** Closes connections that were silent for too long. */
    void expire(long now) {
        Iterator<Connection> due = silent.iterator();
        while (due.hasNext()) {
            Connection connection = due.next();
            if (connection.greetDeadlineNanos > now) {
                return;
            }
            due.remove();
            outbox.close(connection, "no handshake within 10 seconds");
        }
    }

    ConnectRequest read(Connection connection, JuteReader frame) throws MalformedFrame {
        ConnectRequest request = ConnectRequest.read(frame);
        connection.greeted = true;
        silent.remove(connection);
        connection.readOnlyFlag = request.hasReadOnlyFlag();
        return request;
    }

    int negotiate(int wishedMillis) {
        return Math.max(options.minSessionMillis(), Math.min(options.maxSessionMillis(), wishedMillis));
    }

    /** {@return whether a client knows the secret of the session it wants} */
    boolean isKnown(ConnectRequest request) {
        return passwords.matches(request.sessionId(), request.password());
    }

    /** Says that there is no such session. */
    void reject(Connection connection, long sessionId) {
        respond(connection, 0, 0, new byte[SessionPasswords.LENGTH]);
        outbox.close(connection, "no such session: 0x" + Long.toHexString(sessionId));
    }

    /**
     * Serves reads to a client while there is no quorum: in its session if it has one, otherwise in one that is known to this member
     * only and ends with the connection.
     */
    void welcomeToReadsOnly(Connection connection, long sessionId) {
        connection.readOnly = true;
        connection.sessionId = sessionId != 0 ? sessionId : (long) options.memberId() << 56 | LOCAL | connection.number;
        welcome(connection);
    }

    /** Says that the session is open. */
    void welcome(Connection connection) {
        respond(connection, connection.timeoutMillis, connection.sessionId, passwords.of(connection.sessionId));
    }

    /** The secret of the cluster is another one than that of the new directory. */
    void adopt(byte[] sessionKey) {
        passwords = new SessionPasswords(sessionKey);
    }

    private void respond(Connection connection, int timeoutMillis, long sessionId, byte[] password) {
        outbox.touch(connection);
        int mark = connection.out.beginFrame();
        new ConnectResponse(0, timeoutMillis, sessionId, password, connection.readOnly, connection.readOnlyFlag)
                .write(connection.out);
        connection.out.endFrame(mark);
    }
}
