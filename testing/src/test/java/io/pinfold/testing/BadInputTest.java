package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes over the client port, a healthy client of the same server does not notice. */
class BadInputTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int HUNDRED_MEGABYTES = 100 << 20;

    private static OurServer server;
    private HealthyClient healthy;

    @BeforeAll
    static void start() {
        server = OurServer.inMemory();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() throws IOException {
        healthy = new HealthyClient(server.port());
    }

    @AfterEach
    void disconnect() throws IOException {
        healthy.close();
    }

    @Test
    void otherProtocolsAreHungUpOn() throws Exception {
        assertHungUpOn("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertHungUpOn(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, (byte) 0xfc, 0x03, 0x03});
        healthy.assertUndisturbed();
    }

    @Test
    void noiseIsHungUpOn() throws Exception {
        Random random = new Random(42);
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[8 + random.nextInt(5000)];
            random.nextBytes(noise);
            noise[0] |= 0x40; // a length that nobody may announce
            assertHungUpOn(noise);
        }
        healthy.assertUndisturbed();
    }

    @Test
    void noiseBehindAHandshakeIsHungUpOn() throws Exception {
        Random random = new Random(43);
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[16 + random.nextInt(1000)];
            random.nextBytes(noise);
            ByteBuffer.wrap(noise)
                    .putInt(0, 8)
                    .putInt(8, 1000 + random.nextInt(1000)); // an operation that does not exist
            try (RawSession session = RawSession.open(server.port(), LONG)) {
                session.connection().send(noise);
                assertThrows(EOFException.class, () -> {
                    while (true) {
                        session.connection().receive(SOON); // perhaps the answer, before the end
                    }
                });
            }
        }
        healthy.assertUndisturbed();
    }

    @Test
    void aHugeFrameIsHungUpOnBeforeItIsSent() throws Exception {
        assertHungUpOn(lengthOf(HUNDRED_MEGABYTES));
        assertHungUpOnBehindHandshake(lengthOf(HUNDRED_MEGABYTES));
        assertHungUpOnBehindHandshake(lengthOf(0x100000));
        healthy.assertUndisturbed();
    }

    @Test
    void aNegativeLengthIsHungUpOn() throws Exception {
        assertHungUpOn(lengthOf(-1));
        assertHungUpOnBehindHandshake(lengthOf(-1));
        assertHungUpOnBehindHandshake(lengthOf(Integer.MIN_VALUE));
        healthy.assertUndisturbed();
    }

    @Test
    void aFrameTooShortForItsHeaderIsHungUpOn() throws Exception {
        assertHungUpOn(new byte[] {0, 0, 0, 0});
        assertHungUpOnBehindHandshake(new byte[] {0, 0, 0, 3, 1, 2, 3});
        assertHungUpOnBehindHandshake(new byte[] {0, 0, 0, 0});
        healthy.assertUndisturbed();
    }

    @Test
    void theLongestFrameIsServedAndOneByteMoreIsNot() throws Exception {
        try (RawSession session = RawSession.open(server.port(), LONG)) {
            byte[] longest = new byte[0xfffff];
            ByteBuffer.wrap(longest)
                    .putInt(1)
                    .putInt(Call.EXISTS)
                    .putInt(2)
                    .put((byte) '/')
                    .put((byte) 'x');
            session.connection().sendFrame(longest);
            assertEquals(-101, ByteBuffer.wrap(session.connection().receive()).getInt(12));

            session.connection().send(lengthOf(longest.length + 1));
            assertTrue(session.connection().awaitClose(SOON));
        }
        healthy.assertUndisturbed();
    }

    @Test
    void bytesThatComeOneByOneAreServed() throws Exception {
        try (RawConnection slow = RawConnection.open(server.port())) {
            sendByteByByte(slow, RawSession.connectRequest(LONG, new byte[24]));
            assertTrue(ByteBuffer.wrap(slow.receive()).getInt(4) > 0);
            sendByteByByte(slow, Call.read(Call.EXISTS, "/", false).encode(1, back -> 0));
            assertEquals(0, ByteBuffer.wrap(slow.receive()).getInt(12));
        }
        healthy.assertUndisturbed();
    }

    @Test
    void whoNeverFinishesTheHandshakeIsHungUpOnAfterAWhile() throws Exception {
        try (RawConnection silent = RawConnection.open(server.port());
                RawConnection interrupted = RawConnection.open(server.port())) {
            interrupted.send(new byte[] {0, 0, 0, 45, 0, 0, 0, 0});
            assertTrue(silent.awaitClose(LONG));
            assertTrue(interrupted.awaitClose(LONG));
        }
        healthy.assertUndisturbed();
    }

    @Test
    void aClientThatVanishesWithoutAWordLosesItsSession() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server.port());
                RawSession session = RawSession.open(proxy.port(), Duration.ofSeconds(1));
                RawSession observer = RawSession.open(server.port(), LONG)) {
            assertEquals(0, session.errorOf(Call.create("/half-open", 1)));
            assertEquals(0, observer.errorOf(Call.read(Call.EXISTS, "/half-open", true)));
            proxy.stall();
            byte[] event = observer.connection().receive(LONG);
            assertEquals(-1, ByteBuffer.wrap(event).getInt());
            assertEquals(-101, observer.errorOf(Call.read(Call.EXISTS, "/half-open", false)));
            RawSession back = RawSession.open(server.port(), LONG, session.credential());
            assertFalse(back.isAlive());
            back.close();
        }
        healthy.assertUndisturbed();
    }

    @Test
    void aClientThatAsksAndNeverReadsHoldsUpOnlyItself() throws Exception {
        try (RawSession writer = RawSession.open(server.port(), LONG);
                RawSession deaf = RawSession.open(server.port(), LONG)) {
            byte[] much = new byte[100_000];
            writer.errorOf(Call.create(Call.CREATE2, "/much", much, Call.AclKind.OPEN, 0, -1));
            Thread asking = new Thread(() -> {
                try {
                    for (int i = 0; i < 20_000; i++) {
                        deaf.send(Call.read(Call.GET_DATA, "/much", false));
                    }
                } catch (IOException e) {
                    // hung up on, or closed at the end of the test
                }
            });
            asking.setDaemon(true);
            asking.start();
            for (int i = 0; i < 100; i++) {
                assertEquals(0, writer.errorOf(Call.setData("/much", much, -1)));
            }
            healthy.assertUndisturbed();
        }
    }

    @Test
    void aClientThatAsksForMuchAtOnceGetsAllOfItInOrder() throws Exception {
        try (RawSession session = RawSession.open(server.port(), LONG)) {
            byte[] much = new byte[100_000];
            session.errorOf(Call.create(Call.CREATE2, "/all", much, Call.AclKind.OPEN, 0, -1));
            for (int round = 0; round < 2; round++) {
                int first = session.lastXid() + 1;
                if (round == 1) {
                    session.send(Call.setData("/all", much, -1)); // now the reads wait for a write
                }
                for (int i = 0; i < 400; i++) {
                    session.send(Call.read(Call.GET_DATA, "/all", false));
                }
                for (int xid = first; xid <= session.lastXid(); xid++) {
                    ByteBuffer reply = ByteBuffer.wrap(session.connection().receive());
                    assertEquals(xid, reply.getInt(0));
                    assertEquals(0, reply.getInt(12));
                }
            }
        }
        healthy.assertUndisturbed();
    }

    @Test
    void manyThatNeverReadCostThemselvesTheirConnections() throws Exception {
        ServerConfig config = OurServer.limits().withClientPort(0).withConnectionMemory(8 << 20);
        List<RawSession> deaf = new ArrayList<>();
        try (PinfoldServer small = PinfoldServer.start(config);
                HealthyClient undisturbed = new HealthyClient(small.clientPort());
                RawSession writer = RawSession.open(small.clientPort(), LONG)) {
            assertEquals(
                    0, writer.errorOf(Call.create(Call.CREATE2, "/much", new byte[900_000], Call.AclKind.OPEN, 0, -1)));
            for (int i = 0; i < 20; i++) {
                RawSession session = RawSession.open(small.clientPort(), LONG);
                deaf.add(session);
                for (int asked = 0; asked < 10; asked++) {
                    session.send(Call.read(Call.GET_DATA, "/much", false));
                }
            }
            undisturbed.assertUndisturbed();
            assertEquals(0, writer.errorOf(Call.setData("/much", new byte[1], -1)));
            int closed = 0;
            for (RawSession session : deaf) {
                closed += endsEarly(session.connection(), 10) ? 1 : 0;
            }
            assertTrue(closed > 0 && closed < 20, closed + " of 20 were closed");
        } finally {
            for (RawSession session : deaf) {
                session.close();
            }
        }
    }

    private static boolean endsEarly(RawConnection connection, int replies) throws IOException {
        try {
            for (int i = 0; i < replies; i++) {
                connection.receive(LONG);
            }
            return false;
        } catch (EOFException | SocketException e) {
            return true;
        }
    }

    @Test
    void aSlowReaderOfALongReplyKeepsItsSession() throws Exception {
        ServerConfig config = OurServer.limits()
                .withClientPort(0)
                .withTickTime(Duration.ofMillis(100))
                .withMinSessionTimeout(Duration.ofMillis(1500))
                .withMaxFrameBytes(16 << 20);
        try (PinfoldServer roomy = PinfoldServer.start(config);
                RawSession writer = RawSession.open(roomy.clientPort(), LONG);
                Socket slow = new Socket("127.0.0.1", roomy.clientPort())) {
            byte[] data = new byte[15_000_000];
            assertEquals(0, writer.errorOf(Call.create(Call.CREATE2, "/long", data, Call.AclKind.OPEN, 0, -1)));
            DataInputStream in = new DataInputStream(slow.getInputStream());
            byte[] greeting = RawSession.connectRequest(Duration.ofMillis(1500), new byte[24]);
            slow.getOutputStream().write(new Jute().buffer(greeting).bytes());
            in.readNBytes(4 + 37);

            ask(slow, Call.read(Call.GET_DATA, "/long", false));
            int left = in.readInt();
            int pings = 0;
            while (left > 0) {
                left -= in.readNBytes(Math.min(left, 1_000_000)).length;
                ask(slow, Call.bare(Call.PING)); // which is read when the reply has left the server
                pings++;
                assertFalse(new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS));
            }
            for (int i = 0; i < pings; i++) {
                assertEquals(16, in.readInt(), "the session lives");
                in.readNBytes(16);
            }
        }
    }

    private static void ask(Socket socket, Call call) throws IOException {
        socket.getOutputStream()
                .write(new Jute().buffer(call.encode(1, back -> 0)).bytes());
    }

    @Test
    void tooManyConnectionsFromOneAddressAreRefusedUntilOneLeaves() throws Exception {
        try (PinfoldServer small =
                PinfoldServer.start(ServerConfig.standalone().withClientPort(0).withMaxClientCnxns(3))) {
            List<RawSession> sessions = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                sessions.add(RawSession.open(small.clientPort(), LONG));
            }
            try (RawConnection fourth = RawConnection.open(small.clientPort())) {
                assertTrue(fourth.awaitClose(SOON));
            }
            assertEquals(0, sessions.get(0).errorOf(Call.bare(Call.CLOSE_SESSION)));
            assertTrue(sessions.get(0).connection().awaitClose(SOON));
            sessions.add(RawSession.open(small.clientPort(), LONG));
            for (RawSession session : sessions) {
                session.close();
            }
        }
    }

    @Test
    void aPortInUseIsNamed() {
        IOException refusal = assertThrows(
                IOException.class,
                () -> PinfoldServer.start(ServerConfig.standalone().withClientPort(server.port()))
                        .close());
        assertTrue(refusal.getMessage().contains(Integer.toString(server.port())), refusal.getMessage());
    }

    @Test
    void aDataDirectoryThatAnotherProcessHoldsIsNamed(@TempDir Path directory) throws Exception {
        try (ServerProcess holder = ServerProcess.start(ServerMain.class.getName(), directory.toString(), "0")) {
            IOException refusal = assertThrows(
                    IOException.class,
                    () -> PinfoldServer.start(
                                    ServerConfig.standalone().withClientPort(0).withDataDir(directory))
                            .close());
            assertTrue(refusal.getMessage().contains(directory.toString()), refusal.getMessage());
            assertTrue(Handshake.succeeds(holder.port(), SOON));
        }
    }

    private static void assertHungUpOn(byte[] bytes) throws IOException {
        try (RawConnection connection = RawConnection.open(server.port())) {
            connection.send(bytes);
            assertTrue(connection.awaitClose(SOON));
        }
    }

    private static void assertHungUpOnBehindHandshake(byte[] bytes) throws IOException {
        try (RawSession session = RawSession.open(server.port(), LONG)) {
            session.connection().send(bytes);
            assertTrue(session.connection().awaitClose(SOON));
        }
    }

    private static void sendByteByByte(RawConnection connection, byte[] body) throws IOException {
        byte[] frame = new Jute().buffer(body).bytes();
        for (int i = 0; i < frame.length; i++) {
            connection.send(frame, i, 1);
        }
    }

    private static byte[] lengthOf(int length) {
        return new Jute().int32(length).bytes();
    }
}
