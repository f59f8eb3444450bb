package io.pinfold.testing;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/**
 * One of very many clients that want to hear of one znode, in a kilobyte: a session, its watches, pings, and a count of what it
 * was told. Confined to the thread of its selector.
 */
final class WatchingConnection {
    private static final int EVENT = -1;
    private static final int PING = -2;

    /** What became of it. */
    enum State {
        GREETING,
        ASKING,
        WATCHING,
        /** Hung up on before it had a session. */
        REFUSED,
        /** Hung up on later, or answered wrongly. */
        LOST
    }

    private final SocketChannel channel;
    private final SelectionKey key;
    private final byte[] requests;
    private final ByteBuffer in = ByteBuffer.allocate(1024);
    private int missing;
    private State state = State.GREETING;
    private int events;

    /** Begins to connect from one address of this machine to another, and to ask for watches as soon as there is a session. */
    WatchingConnection(Selector selector, SocketAddress from, SocketAddress to, List<Call> watches) throws IOException {
        Jute burst = new Jute();
        watches.forEach(call -> burst.buffer(call.encode(1, back -> 0)));
        requests = burst.bytes();
        missing = watches.size();
        channel = SocketChannel.open();
        channel.bind(from);
        channel.configureBlocking(false);
        channel.connect(to);
        key = channel.register(selector, SelectionKey.OP_CONNECT, this);
    }

    State state() {
        return state;
    }

    /** {@return how often it was told of a change} */
    int events() {
        return events;
    }

    /** {@return whether it still has to be waited for} */
    boolean isUnsettled() {
        return state == State.GREETING || state == State.ASKING;
    }

    /** Does what the socket is ready for. */
    void ready(Duration sessionTimeout) {
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
                send(new Jute()
                        .buffer(RawSession.connectRequest(sessionTimeout, new byte[24]))
                        .bytes());
            }
            if (key.isReadable()) {
                if (channel.read(in) < 0) {
                    throw new IOException("hung up on");
                }
                in.flip();
                takeFrames();
                in.compact();
            }
        } catch (IOException e) {
            end();
        }
    }

    void ping() {
        if (state == State.WATCHING) {
            try {
                send(new Jute()
                        .buffer(new Jute().int32(PING).int32(Call.PING).bytes())
                        .bytes());
            } catch (IOException e) {
                end();
            }
        }
    }

    private void takeFrames() throws IOException {
        while (in.remaining() >= Integer.BYTES && in.remaining() - Integer.BYTES >= in.getInt(in.position())) {
            int length = in.getInt();
            take(in.slice(in.position(), length));
            in.position(in.position() + length);
        }
    }

    private void take(ByteBuffer frame) throws IOException {
        if (state == State.GREETING) {
            if (frame.getInt(4) <= 0) {
                throw new IOException("no session");
            }
            state = State.ASKING;
            send(requests);
        } else if (frame.getInt(0) == EVENT) {
            events++;
        } else if (frame.getInt(0) != PING) {
            if (frame.getInt(12) != 0) {
                throw new IOException("error " + frame.getInt(12));
            }
            missing--;
            state = missing == 0 ? State.WATCHING : state;
        }
    }

    /** What is sent here is little, and the socket's buffer is empty. */
    private void send(byte[] bytes) throws IOException {
        if (channel.write(ByteBuffer.wrap(bytes)) < bytes.length) {
            throw new IOException("the other side does not read");
        }
    }

    private void end() {
        state = state == State.GREETING ? State.REFUSED : State.LOST;
        try {
            channel.close();
        } catch (IOException e) {
            return;
        }
    }
}
