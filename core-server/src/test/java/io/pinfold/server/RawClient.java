package io.pinfold.server;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Replies;
import io.pinfold.wire.ReplyHeader;
import io.pinfold.wire.Request;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;

/** The protocol on a plain socket, one request at a time. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    final ConnectResponse session;
    private int xid;

    RawClient(int port, long sessionId, byte[] password) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(10_000);
        in = new DataInputStream(socket.getInputStream());
        JuteWriter out = new JuteWriter();
        int mark = out.beginFrame();
        new ConnectRequest(0, 0, 5000, sessionId, password, false, true).write(out);
        out.endFrame(mark);
        socket.getOutputStream().write(out.toByteArray());
        try {
            session = ConnectResponse.read(new JuteReader(frame()));
        } catch (MalformedFrame e) {
            throw new IOException(e);
        }
    }

    RawClient(int port) throws IOException {
        this(port, 0, new byte[16]);
    }

    /** {@return the error code of the reply} */
    int call(Request request) throws IOException {
        send(request);
        try {
            ReplyHeader header = Replies.readHeader(new JuteReader(frame()));
            if (header.xid() != xid) {
                throw new IOException("Wanted the reply " + xid + ", got " + header);
            }
            return header.err();
        } catch (MalformedFrame e) {
            throw new IOException(e);
        }
    }

    private void send(Request request) throws IOException {
        JuteWriter out = new JuteWriter();
        int mark = out.beginFrame();
        out.writeInt(++xid);
        out.writeInt(request.opCode().number());
        request.write(out);
        out.endFrame(mark);
        socket.getOutputStream().write(out.toByteArray());
    }

    int create(String path, CreateMode mode) throws IOException {
        return call(create(path, mode.flag()));
    }

    /** Asks for a znode without waiting for the answer. */
    void send(String path, CreateMode mode) throws IOException {
        send(create(path, mode.flag()));
    }

    private static Request create(String path, int flag) {
        return new Request.Create(OpCode.CREATE, path, new byte[100], Acl.OPEN, flag, -1);
    }

    boolean exists(String path) throws IOException {
        return call(new Request.Exists(path, false)) == 0;
    }

    /** {@return what the server says to some bytes before it closes the connection} */
    byte[] lastAnswer(byte[] raw) throws IOException {
        socket.getOutputStream().write(raw);
        return in.readAllBytes();
    }

    private byte[] frame() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return frame;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
