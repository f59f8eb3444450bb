package io.pinfold.server.engine;

import io.pinfold.AuthId;
import io.pinfold.wire.JuteWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: which session it carries, what it still waits for, and the replies and events that this turn
 * made for it. Confined to the node loop.
 *
 * <p>"First in, first out" and "the event before the reply that shows the change" are properties of {@link #out}: one
 * owner appends to one list.
 */
public final class Connection {
    final ClientLink link;
    final String remote;
    /** Requests whose replies must wait, in the order of arrival; empty while reads can be served at once. */
    final ArrayDeque<PendingRequest> waiting = new ArrayDeque<>();

    /** What this turn made; the outbox lends it for the turn, so that a connection that is idle holds no memory. */
    JuteWriter out;

    private final JuteWriter nothing = new JuteWriter(0);

    final Traffic traffic;
    final long sinceWallMillis;
    /** Number of the connection, by which the leader knows it. */
    final long number;
    /** The session that this connection is attached to; 0 for none. */
    long sessionId;

    int timeoutMillis;
    /** Up to here nothing in the log is of this connection. */
    long attachedZxid;
    /** When the leader was last told that the client lives. */
    long toldNanos;
    /** As whom the client may do things; replaced, never changed. */
    List<AuthId> identities;
    /** Whether credentials were wrong, so that nothing that follows counts. */
    boolean refused;
    /** Whether a handshake was received; what follows are requests. */
    boolean greeted;
    /** Whether the client's handshake carried the read-only flag, so that the answer must, too. */
    boolean readOnlyFlag;

    /** Whether it is served reads only, because there is no quorum. */
    boolean readOnly;

    boolean dirty;
    boolean paused;
    boolean closed;
    /** Why to close behind the replies of this turn. */
    @Nullable
    String closing;

    boolean orderly;

    long greetDeadlineNanos;

    Connection(ClientLink link, String remote, long number, long wallMillis, Traffic all) {
        this.out = nothing;
        this.traffic = new Traffic(all);
        this.sinceWallMillis = wallMillis;
        this.link = link;
        this.number = number;
        this.remote = remote;
        List<AuthId> known = new ArrayList<>();
        known.add(new AuthId("ip", remote));
        known.addAll(link.proven());
        this.identities = List.copyOf(known);
    }

    /** {@return the address of the client} */
    public String remote() {
        return remote;
    }

    /** {@return the address and the port of the client, as in {@code 127.0.0.1:40000} and {@code [::1]:40000}} */
    public String remoteSocket() {
        return (remote.indexOf(':') < 0 ? remote : "[" + remote + "]") + ":" + link.remotePort();
    }

    /** {@return when it ends if nothing more comes, on the engine's clock} */
    public long endNanos() {
        return sessionId == 0 ? greetDeadlineNanos : traffic.lastAnswerNanos() + timeoutMillis * 1_000_000L;
    }

    /** {@return whether it speaks TLS} */
    public boolean isSecure() {
        return link.isSecure();
    }

    /** {@return the session that it carries; 0 for none} */
    public long sessionId() {
        return sessionId;
    }

    /** {@return the timeout of its session in milliseconds} */
    public int timeoutMillis() {
        return timeoutMillis;
    }

    /** {@return when the client connected, in milliseconds since 1970} */
    public long sinceWallMillis() {
        return sinceWallMillis;
    }

    /** {@return requests that wait for their turn} */
    public int queued() {
        return waiting.size();
    }

    /** {@return what went in and out} */
    public Traffic traffic() {
        return traffic;
    }

    /** Whether frames of this connection still count. */
    boolean isOpen() {
        return !closed && closing == null;
    }

    boolean hasBuffer() {
        return out != nothing;
    }

    /** {@return the buffer of the turn, which is over} */
    JuteWriter returnBuffer() {
        JuteWriter lent = out;
        out = nothing;
        return lent;
    }

    /** Hands what this turn made to the socket. */
    void flush() {
        dirty = false;
        send();
        if (closing != null && !closed) {
            closed = true;
            link.close(closing, orderly);
        }
    }

    /** Hands what this turn made so far to the socket. */
    void send() {
        int size = out.size();
        if (size > 0) {
            traffic.onFlushed(out.array(), size);
            link.send(out.array(), size);
            if (out.array().length > Outbox.KEPT_BYTES) {
                out = new JuteWriter(); // the turn may be long, and others are sent much in it, too
            } else {
                out.reset();
            }
        }
    }

    @Override
    public String toString() {
        return remote + " session=0x" + Long.toHexString(sessionId);
    }
}
