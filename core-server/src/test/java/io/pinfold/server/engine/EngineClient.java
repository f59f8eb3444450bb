package io.pinfold.server.engine;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.CreateMode;
import io.pinfold.WatchEvent;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Replies;
import io.pinfold.wire.ReplyHeader;
import io.pinfold.wire.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** One client's end of a connection: writes requests as bytes, and cuts what comes back into frames. */
class EngineClient implements ClientLink {
    private final Engine engine;
    private final ArrayDeque<byte[]> frames = new ArrayDeque<>();
    Connection connection;
    long sessionId;
    byte[] password = new byte[16];
    int timeoutMillis;
    String closedBecause = "";
    boolean reading = true;
    /** How often bytes came. */
    int sends;

    private int xid;

    EngineClient(Engine engine) {
        this.engine = engine;
    }

    void greet(long lastZxidSeen, long session, byte[] secret, int timeout) {
        JuteWriter out = new JuteWriter();
        new ConnectRequest(0, lastZxidSeen, timeout, session, secret, false, true).write(out);
        raw(out.toByteArray());
    }

    void raw(byte[] frame) {
        engine.onFrame(connection, frame, 0, frame.length);
    }

    /** Takes the answer to the handshake. */
    ConnectResponse welcome() {
        try {
            ConnectResponse response = ConnectResponse.read(new JuteReader(frames.remove()));
            sessionId = response.sessionId();
            password = response.password();
            timeoutMillis = response.timeoutMillis();
            return response;
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
    }

    int send(Request request) {
        return send(++xid, request);
    }

    int send(int number, Request request) {
        JuteWriter out = new JuteWriter();
        out.writeInt(number);
        out.writeInt(request.opCode().number());
        request.write(out);
        raw(out.toByteArray());
        return number;
    }

    int create(String path, CreateMode mode) {
        return send(new Request.Create(OpCode.CREATE, path, new byte[] {1}, Acl.OPEN, mode.flag(), -1));
    }

    int create(String path) {
        return create(path, CreateMode.PERSISTENT);
    }

    /** What arrived so far, each frame as "xid error" or "event TYPE path". */
    List<String> received() {
        List<String> seen = new ArrayList<>();
        while (!frames.isEmpty()) {
            seen.add(describe(frames.remove()));
        }
        return seen;
    }

    private String describe(byte[] frame) {
        try {
            JuteReader in = new JuteReader(frame);
            ReplyHeader header = Replies.readHeader(in);
            if (header.xid() == -1) {
                var event = Replies.readEvent(in);
                return "event " + WatchEvent.Type.ofNumber(event.type()) + " " + event.path();
            }
            return header.xid() + " " + header.err();
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
    }

    /** What the next reply says about access control lists. */
    List<Acl> acls() {
        try {
            return Replies.readAcls(body());
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
    }

    /** What the next reply says about identities. */
    List<AuthId> identities() {
        try {
            return Replies.readAuthIds(body());
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
    }

    private JuteReader body() throws MalformedFrame {
        JuteReader in = new JuteReader(frames.remove());
        Replies.readHeader(in);
        return in;
    }

    void disconnect() {
        engine.onDisconnected(connection);
    }

    @Override
    public void send(byte[] bytes, int length) {
        sends++;
        JuteReader in = new JuteReader(bytes, 0, length);
        try {
            while (in.remaining() > 0) {
                byte[] frame = new byte[in.readInt()];
                System.arraycopy(bytes, in.position(), frame, 0, frame.length);
                in.reset(bytes, in.position() + frame.length, length);
                frames.add(frame);
            }
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close(String reason, boolean orderly) {
        closedBecause = reason;
        disconnect();
    }

    @Override
    public void read(boolean wanted) {
        reading = wanted;
    }
}
