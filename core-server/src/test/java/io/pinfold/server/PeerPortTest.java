package io.pinfold.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.pinfold.wire.JuteWriter;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Strangers and impostors at the port for peers of a server that serves; it must not even notice. */
@Timeout(60)
class PeerPortTest {
    private static final int SPOKEN = 2;

    private int port;
    private PinfoldServer server;

    @BeforeEach
    void start() throws Exception {
        try (ServerSocket probe = new ServerSocket(0)) {
            port = probe.getLocalPort();
        }
        server = PinfoldServer.start(
                ServerConfig.standalone().withMembers(List.of(new MemberAddress(1, "127.0.0.1", port))));
        assertTrue(server.awaitServing(Duration.ofSeconds(20)));
    }

    @AfterEach
    void stop() {
        assertTrue(server.isServing(), "the server serves after all of that");
        server.close();
    }

    @Test
    void aMemberOfAnotherClusterIsToldSo() throws IOException {
        assertEquals(
                "it belongs to another cluster; one of the two has a wrong address or data directory",
                refusal(hello(SPOKEN, 2, 1, true)));
    }

    @Test
    void whoLooksForAnotherMemberIsToldSo() throws IOException {
        assertEquals("it looks for member 3, but this is member 1", refusal(hello(SPOKEN, 2, 3, false)));
    }

    @Test
    void whoIsRefusedIsInTheAuditLog() throws IOException {
        ListAppender<ILoggingEvent> audit = new ListAppender<>();
        audit.start();
        Logger logger = (Logger) LoggerFactory.getLogger("io.pinfold.audit");
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.addAppender(audit);
        try {
            refusal(hello(SPOKEN, 2, 3, false));
            await().untilAsserted(() -> assertEquals(
                    List.of("ip=127.0.0.1\toperation=linkPeer\treason=it looks for member 3, but this is member 1"
                            + "\tresult=failure"),
                    List.copyOf(audit.list).stream()
                            .map(ILoggingEvent::getFormattedMessage)
                            .toList()));
        } finally {
            logger.detachAppender(audit);
            logger.setLevel(before);
        }
    }

    @Test
    void whoSaysThatItIsTheServerItselfIsRefused() throws IOException {
        assertEquals("it says that it is member 1, and so is this one", refusal(hello(SPOKEN, 1, 1, false)));
    }

    @Test
    void anotherVersionIsToldSo() throws IOException {
        assertEquals(
                "it speaks version 1 of the protocol between peers, this member version 2",
                refusal(hello(1, 2, 1, false)));
    }

    @Test
    void aClientAtTheWrongPortIsDisconnected() throws IOException {
        byte[] connect = new byte[49];
        connect[3] = 45;

        assertEquals(-1, answerTo(connect));
    }

    @Test
    void aLongFrameOfAStrangerIsNotEvenAwaited() throws IOException {
        assertEquals(-1, answerTo(new byte[] {0, 0, 16, 1}));
    }

    @Test
    void aWrongChecksumEndsTheConnection() throws IOException {
        byte[] frame = frame(hello(SPOKEN, 2, 1, false));
        frame[frame.length - 1] ^= 1;

        assertEquals(-1, answerTo(frame));
    }

    @Test
    void strangersWhoSayNothingAreFewAtATime() throws IOException {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                silent.add(connect());
            }
            try (Socket late = connect()) {
                assertEquals(-1, late.getInputStream().read());
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private Socket connect() throws IOException {
        return new Socket("127.0.0.1", port);
    }

    /** {@return the first byte of the answer, or -1 when the connection ends without one} */
    private int answerTo(byte[] bytes) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes);
            try {
                return socket.getInputStream().read();
            } catch (IOException reset) {
                return -1;
            }
        }
    }

    private String refusal(byte[] hello) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(frame(hello));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            assertEquals(2, frame[4], "a refusal");
            assertEquals(-1, in.read(), "and then the end");
            return new String(frame, 9, frame.length - 9, StandardCharsets.UTF_8);
        }
    }

    private static byte[] hello(int version, int from, int to, boolean adopted) {
        JuteWriter out = new JuteWriter(64);
        out.writeByte(1);
        out.writeInt(0x504e4644);
        out.writeInt(version);
        out.writeInt(from);
        out.writeInt(to);
        out.writeLong(1);
        out.writeLong(2);
        out.writeLong(3);
        out.writeBool(adopted);
        out.writeBool(false);
        return out.toByteArray();
    }

    private static byte[] frame(byte[] body) throws IOException {
        CRC32C checksum = new CRC32C();
        checksum.update(body);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(4 + body.length);
        out.writeInt((int) checksum.getValue());
        out.write(body);
        return bytes.toByteArray();
    }
}
