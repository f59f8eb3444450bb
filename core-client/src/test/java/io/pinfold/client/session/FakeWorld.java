package io.pinfold.client.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.session.Call.Loss;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import io.pinfold.wire.Xid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Drives one {@link ClientSession} by hand: time is a number, a server is what the test answers. */
final class FakeWorld implements SessionEffects {
    static final long MILLI = 1_000_000;
    static final int TIMEOUT_MILLIS = 6_000;
    static final long T = TIMEOUT_MILLIS * MILLI;
    static final long SESSION = 0x77;
    static final byte[] PASSWORD = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    /** A request as the server sees it. */
    record Seen(int xid, Request request) {}

    final ClientSession session;
    final List<String> news = new ArrayList<>();
    final List<Long> asked = new ArrayList<>();
    final List<Long> proven = new ArrayList<>();
    final List<Long> heard = new ArrayList<>();
    final List<ServerAddress> tried = new ArrayList<>();
    final List<Long> triedAt = new ArrayList<>();
    final ArrayDeque<Seen> seen = new ArrayDeque<>();
    int sends;
    long now = 5_000_000_000L;
    int connection = -1;
    boolean open;
    boolean handshaken;
    ConnectRequest handshake = new ConnectRequest(0, 0, 0, 0, new byte[0], false, false);

    FakeWorld(int servers) {
        this(servers, 1 << 20);
    }

    FakeWorld(int servers, int maxReply) {
        this(servers, maxReply, null);
    }

    FakeWorld(int servers, int maxReply, @Nullable Login login) {
        this(servers, maxReply, login, false);
    }

    FakeWorld(int servers, int maxReply, @Nullable Login login, boolean readOnly) {
        List<ServerAddress> list = new ArrayList<>();
        for (int i = 1; i <= servers; i++) {
            list.add(new ServerAddress("s" + i, 2181));
        }
        session = new ClientSession(new SessionOptions(list, TIMEOUT_MILLIS, maxReply, 42, login, readOnly), this);
    }

    /** A world whose session is attached. */
    static FakeWorld attached(int servers) {
        FakeWorld world = new FakeWorld(servers);
        world.start();
        world.attach();
        world.news.clear();
        return world;
    }

    // ---- inputs --------------------------------------------------------------------------------------------------

    void start() {
        input(session -> session.start(now));
    }

    void input(Consumer<ClientSession> what) {
        what.accept(session);
        session.flush();
    }

    /** Lets time pass; the session wakes when it wants to. */
    void pass(long nanos) {
        long until = now + nanos;
        while (session.wakeAtNanos() != Long.MAX_VALUE && session.wakeAtNanos() - until <= 0) {
            long wake = session.wakeAtNanos();
            now = Math.max(now, wake);
            input(session -> session.tick(now));
            assertTrue(session.wakeAtNanos() - now > 0 || !open || session.wakeAtNanos() != wake, "wakes for ever");
        }
        now = until;
    }

    /** The process stands still: no alarm rings in time. */
    void freeze(long nanos) {
        now += nanos;
    }

    void tick() {
        input(session -> session.tick(now));
    }

    void connect() {
        assertTrue(open, "no connection was asked for");
        input(session -> session.connected(connection, now));
    }

    void attach() {
        attach(SESSION, TIMEOUT_MILLIS);
    }

    void attach(long id, int timeoutMillis) {
        connect();
        accept(id, timeoutMillis);
    }

    void accept(long id, int timeoutMillis) {
        accept(id, timeoutMillis, false);
    }

    void accept(long id, int timeoutMillis, boolean readOnly) {
        JuteWriter out = new JuteWriter();
        int frame = out.beginFrame();
        new ConnectResponse(0, timeoutMillis, id, PASSWORD, readOnly, true).write(out);
        out.endFrame(frame);
        deliver(out.toByteArray());
    }

    void refuse() {
        connect();
        accept(0, 0);
    }

    void breakConnection() {
        assertTrue(open, "nothing to break");
        open = false;
        int broken = connection;
        input(session -> session.disconnected(broken, now, "broken by the test"));
    }

    void deliver(byte[] bytes) {
        input(session -> session.received(connection, now, bytes, 0, bytes.length));
    }

    void reply(int xid, long zxid, int err, Consumer<JuteWriter> body) {
        deliver(frame(xid, zxid, err, body));
    }

    void reply(int xid, int err) {
        reply(xid, 100 + Math.max(0, xid), err, out -> {});
    }

    void pong() {
        reply(Xid.PING, 1, 0, out -> {});
    }

    void event(int type, String path) {
        reply(Xid.EVENT, 9, 0, out -> {
            out.writeInt(type);
            out.writeInt(3);
            out.writeString(path);
        });
    }

    static byte[] frame(int xid, long zxid, int err, Consumer<JuteWriter> body) {
        JuteWriter out = new JuteWriter();
        int frame = out.beginFrame();
        out.writeInt(xid);
        out.writeLong(zxid);
        out.writeInt(err);
        body.accept(out);
        out.endFrame(frame);
        return out.toByteArray();
    }

    TestCall submit(TestCall call) {
        input(session -> session.submit(call));
        return call;
    }

    // ---- what the server saw -------------------------------------------------------------------------------------

    Seen next() {
        assertFalse(seen.isEmpty(), "nothing was sent");
        return seen.remove();
    }

    Request nextRequest(int xid) {
        Seen next = next();
        assertEquals(xid, next.xid(), "xid of " + next.request());
        return next.request();
    }

    /** {@return how many pings came, taking them away} */
    int takePings() {
        int before = seen.size();
        seen.removeIf(s -> s.xid() == Xid.PING);
        return before - seen.size();
    }

    // ---- effects -------------------------------------------------------------------------------------------------

    @Override
    public void connect(int number, ServerAddress address) {
        assertFalse(open, "two connections at a time");
        connection = number;
        open = true;
        handshaken = false;
        tried.add(address);
        triedAt.add(now);
    }

    @Override
    public void send(int number, byte[] bytes, int length) {
        assertEquals(connection, number);
        assertTrue(open, "sent on a closed connection");
        sends++;
        try {
            JuteReader in = new JuteReader(Arrays.copyOf(bytes, length));
            while (in.remaining() > 0) {
                int size = in.readInt();
                byte[] frame = new byte[size];
                for (int i = 0; i < size; i++) {
                    frame[i] = in.readByte();
                }
                read(new JuteReader(frame));
            }
        } catch (MalformedFrame e) {
            throw new AssertionError("The session sent what is not the protocol", e);
        }
    }

    private void read(JuteReader frame) throws MalformedFrame {
        if (!handshaken) {
            handshake = ConnectRequest.read(frame);
            handshaken = true;
            return;
        }
        int xid = frame.readInt();
        OpCode op = OpCode.of(frame.readInt());
        seen.add(new Seen(xid, Requests.read(java.util.Objects.requireNonNull(op), frame)));
    }

    @Override
    public void disconnect(int number) {
        assertEquals(connection, number);
        open = false;
    }

    @Override
    public void unreachable(ServerAddress address, String reason) {
        news.add("unreachable");
    }

    @Override
    public void attached(ServerAddress address, long sessionId, int timeoutMillis, boolean isNew, boolean readOnly) {
        news.add((isNew ? "new " : "again ") + sessionId + " " + timeoutMillis + (readOnly ? " read-only" : ""));
    }

    @Override
    public void asked(long nowNanos) {
        asked.add(nowNanos);
    }

    @Override
    public void proven(long sentNanos) {
        assertTrue(asked.contains(sentNanos), "proof of " + sentNanos + ", asked at " + asked);
        proven.add(sentNanos);
    }

    @Override
    public void heard(long nowNanos) {
        heard.add(nowNanos);
    }

    @Override
    public void suspended(String reason) {
        news.add("suspended");
    }

    @Override
    public void expired(String reason) {
        news.add("expired");
    }

    @Override
    public void ended(Loss why, String reason) {
        news.add("ended " + why);
    }
}
