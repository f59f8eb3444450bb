package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Many sessions with a connection each, which do everything at the same time. Not thread-safe. */
final class Crowd implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int port;
    private final int timeoutMillis;
    private final List<RawConnection> connections = new ArrayList<>();
    private final List<byte[]> credentials = new ArrayList<>();

    /** Connects so many with new sessions. */
    Crowd(int port, int count, Duration sessionTimeout) throws IOException {
        this.port = port;
        this.timeoutMillis = (int) sessionTimeout.toMillis();
        for (int i = 0; i < count; i++) {
            credentials.add(new byte[24]);
        }
        connect();
    }

    int size() {
        return connections.size();
    }

    /** Resets all connections, as if the network broke, and comes back at once: every session must still be there. */
    void reconnect() throws IOException {
        for (RawConnection connection : connections) {
            connection.reset();
        }
        connections.clear();
        connect();
    }

    /** Sends the same requests on every connection and awaits all replies, events in between left out. */
    void ask(List<Call> calls) throws IOException {
        Jute burst = new Jute();
        for (Call call : calls) {
            burst.buffer(call.encode(1, back -> 0));
        }
        byte[] bytes = burst.bytes();
        for (RawConnection connection : connections) {
            connection.send(bytes);
        }
        for (RawConnection connection : connections) {
            for (int missing = calls.size(); missing > 0; ) {
                ByteBuffer frame = ByteBuffer.wrap(connection.receive(PATIENCE));
                if (frame.getInt(0) != -1) {
                    assertEquals(0, frame.getInt(12));
                    missing--;
                }
            }
        }
    }

    /** Creates an ephemeral znode of each session; they are named by number. */
    void createEphemerals(String parent) throws IOException {
        for (int i = 0; i < connections.size(); i++) {
            connections.get(i).sendFrame(Call.create(parent + "/" + i, 1).encode(1, back -> 0));
        }
        for (RawConnection connection : connections) {
            assertEquals(0, ByteBuffer.wrap(connection.receive(PATIENCE)).getInt(12));
        }
    }

    /** Waits until every connection was told of so many events. */
    void awaitEvents(int each) throws IOException {
        for (RawConnection connection : connections) {
            for (int i = 0; i < each; i++) {
                assertEquals(-1, ByteBuffer.wrap(connection.receive(PATIENCE)).getInt(0));
            }
        }
    }

    interface Action {
        void on(RawConnection connection) throws IOException;
    }

    void each(Action action) throws IOException {
        for (RawConnection connection : connections) {
            action.on(connection);
        }
    }

    private void connect() throws IOException {
        for (byte[] credential : credentials) {
            RawConnection connection = RawConnection.open(port, PATIENCE);
            connections.add(connection);
            connection.sendFrame(RawSession.connectRequest(Duration.ofMillis(timeoutMillis), credential));
        }
        for (int i = 0; i < connections.size(); i++) {
            byte[] response = connections.get(i).receive(PATIENCE);
            assertTrue(ByteBuffer.wrap(response).getInt(4) > 0, "session " + i + " is there");
            System.arraycopy(response, 8, credentials.get(i), 0, 8);
            System.arraycopy(response, 20, credentials.get(i), 8, 16);
        }
    }

    @Override
    public void close() throws IOException {
        for (RawConnection connection : connections) {
            connection.reset();
        }
    }
}
