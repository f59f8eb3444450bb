package io.pinfold.testing;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A session on a raw connection, one request at a time. Not thread-safe. */
final class RawSession implements Closeable {
    private final RawConnection connection;
    private final byte[] credential = new byte[24];
    private final int timeoutMillis;
    private int xid;

    private RawSession(RawConnection connection, byte[] response) {
        this.connection = connection;
        this.timeoutMillis = ByteBuffer.wrap(response).getInt(4);
        System.arraycopy(response, 8, credential, 0, 8);
        System.arraycopy(response, 20, credential, 8, 16);
    }

    static RawSession open(int port, Duration timeout) throws IOException {
        return open(port, timeout, new byte[24]);
    }

    /** Attaches to a session by its id and password; the result is not {@link #isAlive()} if there is none. */
    static RawSession open(int port, Duration timeout, byte[] credential) throws IOException {
        RawConnection connection = RawConnection.open(port);
        connection.sendFrame(connectRequest(timeout, credential));
        return new RawSession(connection, connection.receive());
    }

    static byte[] connectRequest(Duration timeout, byte[] credential) {
        byte[] password = new byte[16];
        System.arraycopy(credential, 8, password, 0, 16);
        return new Jute()
                .int32(0)
                .int64(0)
                .int32((int) timeout.toMillis())
                .int64(ByteBuffer.wrap(credential).getLong())
                .buffer(password)
                .bool(false)
                .bytes();
    }

    boolean isAlive() {
        return timeoutMillis > 0;
    }

    int timeoutMillis() {
        return timeoutMillis;
    }

    long id() {
        return ByteBuffer.wrap(credential).getLong();
    }

    byte[] credential() {
        return credential;
    }

    RawConnection connection() {
        return connection;
    }

    int lastXid() {
        return xid;
    }

    /** Sends a request and waits for no reply. */
    void send(Call call) throws IOException {
        connection.sendFrame(call.encode(++xid, back -> 0));
    }

    /** {@return the body of the reply, events left out} */
    ByteBuffer call(Call call) throws IOException {
        send(call);
        ByteBuffer reply;
        do {
            reply = ByteBuffer.wrap(connection.receive());
        } while (reply.getInt(0) == -1);
        return reply;
    }

    /** {@return the error number of the reply} */
    int errorOf(Call call) throws IOException {
        return call(call).getInt(12);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
