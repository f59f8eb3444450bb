package io.pinfold.server.recovery;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.server.engine.ClientLink;
import io.pinfold.server.engine.Connection;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Replies;
import io.pinfold.wire.Request;
import java.util.ArrayDeque;

/** A client of one member of a {@link DiskEnsemble} that creates znodes and counts what it is told. */
final class DiskClient implements ClientLink {
    private final DiskMember member;
    private final ArrayDeque<Runnable> open = new ArrayDeque<>();
    private Connection connection;
    private boolean welcome;
    private boolean closed;
    private int xid;

    DiskClient(DiskMember member) {
        this.member = member;
        connect();
    }

    private void connect() {
        welcome = false;
        closed = false;
        open.clear();
        JuteWriter out = new JuteWriter();
        new ConnectRequest(0, 0, 60_000, 0, new byte[16], false, true).write(out);
        member.turn(() -> {
            connection = member.engine.onConnected(this, "127.0.0.1");
            frame(out);
        });
    }

    private void frame(JuteWriter out) {
        byte[] bytes = out.toByteArray();
        member.engine.onFrame(connection, bytes, 0, bytes.length);
    }

    boolean isWelcome() {
        if (closed) {
            connect();
        }
        return welcome;
    }

    boolean isIdle() {
        return closed || open.isEmpty();
    }

    void create(String path, Runnable done) {
        if (closed) {
            return;
        }
        Request request =
                new Request.Create(OpCode.CREATE, path, new byte[40], Acl.OPEN, CreateMode.PERSISTENT.flag(), -1);
        JuteWriter out = new JuteWriter();
        out.writeInt(++xid);
        out.writeInt(request.opCode().number());
        request.write(out);
        open.add(done);
        member.turn(() -> frame(out));
    }

    @Override
    public void send(byte[] bytes, int length) {
        JuteReader in = new JuteReader(bytes, 0, length);
        try {
            while (in.remaining() > 0) {
                int size = in.readInt();
                int start = in.position();
                if (!welcome) {
                    welcome = true;
                } else if (Replies.readHeader(in).err() == 0) {
                    open.remove().run();
                } else {
                    open.remove();
                }
                in.reset(bytes, start + size, length);
            }
        } catch (MalformedFrame e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close(String reason, boolean orderly) {
        closed = true;
        member.engine.onDisconnected(connection);
    }

    @Override
    public void read(boolean wanted) {}
}
