package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy in front of a server that echoes frames. */
class FaultProxyTest {
    private static final Duration MOMENT = Duration.ofMillis(50);
    private static final byte[] HANDSHAKE = {1, 2, 3};
    private static final int CREATE = 1;
    private static final int EXISTS = 3;

    private EchoServer server;
    private FaultProxy proxy;
    private RawConnection client;

    @BeforeEach
    void connect() throws IOException {
        server = new EchoServer();
        proxy = FaultProxy.to(server.port());
        client = connected();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        proxy.close();
        server.close();
    }

    @Test
    void passesFramesBothWays() throws IOException {
        client.sendFrame(request(7, CREATE));
        assertArrayEquals(request(7, CREATE), client.receive());
    }

    @Test
    void cutsConnectionsAndLetsNewOnesIn() throws IOException {
        proxy.cut();
        assertThrows(EOFException.class, client::receive);
        client = connected();
        passesFramesBothWays();
    }

    @Test
    void refusesUntilRestored() throws IOException {
        proxy.isolate();
        try (RawConnection refused = RawConnection.open(proxy.port())) {
            assertThrows(EOFException.class, refused::receive);
        }
        proxy.restore();
        client = connected();
        passesFramesBothWays();
    }

    @Test
    void holdsRepliesBackAndDeliversThemLater() throws IOException {
        proxy.stallReplies();
        client.sendFrame(request(1, CREATE));
        assertThrows(SocketTimeoutException.class, () -> client.receive(MOMENT));
        proxy.restore();
        assertArrayEquals(request(1, CREATE), client.receive());
    }

    @Test
    void cutsConnectionsThatAreStalled() {
        proxy.stall();
        proxy.cut();
        assertThrows(EOFException.class, client::receive);
    }

    @Test
    void losesTheReplyOfTheChosenRequestAfterTheServerGotIt() throws Exception {
        CompletableFuture<Void> lost = proxy.loseReply(CREATE, 2);
        client.sendFrame(request(1, CREATE));
        client.sendFrame(request(2, EXISTS));
        client.sendFrame(request(3, CREATE));
        assertArrayEquals(request(1, CREATE), client.receive());
        assertArrayEquals(request(2, EXISTS), client.receive());
        assertThrows(EOFException.class, client::receive);
        lost.get(30, TimeUnit.SECONDS);
        assertTrue(server.got(3));
    }

    @Test
    void losesTheChosenRequestBeforeTheServerGetsIt() throws Exception {
        CompletableFuture<Void> lost = proxy.loseRequest(CREATE, 1);
        client.sendFrame(request(1, CREATE));
        assertThrows(EOFException.class, client::receive);
        lost.get(30, TimeUnit.SECONDS);
        assertFalse(server.got(1));
    }

    @Test
    void passesOnWhatIsNoFrame() throws IOException {
        try (RawConnection garbage = RawConnection.open(proxy.port())) {
            garbage.send(new byte[] {-1, -1, -1, -1, 5});
            assertThrows(EOFException.class, garbage::receive); // the echo server hangs up on a negative length
        }
    }

    private RawConnection connected() throws IOException {
        RawConnection connection = RawConnection.open(proxy.port());
        connection.sendFrame(HANDSHAKE);
        assertArrayEquals(HANDSHAKE, connection.receive());
        return connection;
    }

    private static byte[] request(int xid, int opCode) {
        return ByteBuffer.allocate(8).putInt(xid).putInt(opCode).array();
    }

    /** Sends every frame back; a thread for each connection. */
    private static final class EchoServer {
        private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final Set<Integer> xids = ConcurrentHashMap.newKeySet();

        EchoServer() throws IOException {
            inBackground(() -> {
                while (true) {
                    Socket socket = listener.accept();
                    inBackground(() -> echo(socket));
                }
            });
        }

        int port() {
            return listener.getLocalPort();
        }

        boolean got(int xid) {
            return xids.contains(xid);
        }

        void close() throws IOException {
            listener.close();
        }

        private interface Task {
            void run() throws IOException;
        }

        private static void inBackground(Task task) {
            Thread thread = new Thread(() -> {
                try {
                    task.run();
                } catch (IOException e) {
                    // closed
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private void echo(Socket socket) throws IOException {
            try (socket;
                    DataInputStream in = new DataInputStream(socket.getInputStream())) {
                for (int length = in.readInt(); length >= 0; length = in.readInt()) {
                    byte[] frame = in.readNBytes(length);
                    if (length >= 8) {
                        xids.add(ByteBuffer.wrap(frame).getInt());
                    }
                    socket.getOutputStream()
                            .write(ByteBuffer.allocate(4 + length)
                                    .putInt(length)
                                    .put(frame)
                                    .array());
                }
            }
        }
    }
}
