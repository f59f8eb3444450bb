package io.pinfold.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.client.PinfoldClient;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.wire.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinfoldServerTest {
    @TempDir
    Path dir;

    private final ServerConfig memory = ServerConfig.standalone().withTickTime(Duration.ofMillis(200));

    private ServerConfig disk() {
        return memory.withDataDir(dir);
    }

    @Test
    void writesSessionsAndEphemeralsAreThereAfterARestart() throws IOException {
        RawClient before;
        try (PinfoldServer server = PinfoldServer.start(disk())) {
            before = new RawClient(server.clientPort());
            assertEquals(0, before.create("/kept", CreateMode.PERSISTENT));
            assertEquals(0, before.create("/mine", CreateMode.EPHEMERAL));
        }
        try (PinfoldServer server = PinfoldServer.start(disk());
                RawClient after =
                        new RawClient(server.clientPort(), before.session.sessionId(), before.session.password())) {
            assertEquals(before.session.sessionId(), after.session.sessionId());
            assertTrue(after.exists("/kept"));
            assertTrue(after.exists("/mine"));
            assertEquals(0, after.call(new Request.CloseSession()));
        }
        try (PinfoldServer server = PinfoldServer.start(disk());
                RawClient last = new RawClient(server.clientPort())) {
            assertTrue(last.exists("/kept"));
            assertFalse(last.exists("/mine"));
        }
    }

    @Test
    void aRestartFromASnapshotAndTheLogBehindItLosesNothing() throws IOException {
        try (PinfoldServer server = PinfoldServer.start(disk().withSnapCount(1000));
                RawClient client = new RawClient(server.clientPort())) {
            for (int i = 0; i < 2500; i++) {
                assertEquals(0, client.create("/n" + i, CreateMode.PERSISTENT));
            }
        }
        try (Stream<Path> files = Files.list(dir)) {
            assertTrue(files.anyMatch(file -> file.getFileName().toString().contains("snap")));
        }
        try (PinfoldServer server = PinfoldServer.start(disk());
                RawClient client = new RawClient(server.clientPort())) {
            for (int i = 0; i < 2500; i++) {
                assertTrue(client.exists("/n" + i));
            }
        }
    }

    @Test
    void aPortInUseIsOneSentence() throws IOException {
        try (PinfoldServer server = PinfoldServer.start(memory)) {
            IOException refused = assertThrows(
                    IOException.class, () -> PinfoldServer.start(memory.withClientPort(server.clientPort())));

            assertTrue(refused.getMessage().contains("127.0.0.1:" + server.clientPort()), refused.getMessage());
        }
    }

    @Test
    void aDataDirectoryInUseIsOneSentence() throws IOException {
        try (PinfoldServer server = PinfoldServer.start(disk())) {
            IOException refused = assertThrows(IOException.class, () -> PinfoldServer.start(disk()));

            assertTrue(refused.getMessage().contains(dir.toString()), refused.getMessage());
            assertTrue(new RawClient(server.clientPort()).exists("/"));
        }
    }

    @Test
    void aFailedStartLeavesPortAndDirectoryFree() throws IOException {
        try (PinfoldServer other = PinfoldServer.start(memory)) {
            assertThrows(IOException.class, () -> PinfoldServer.start(disk().withClientPort(other.clientPort())));
        }

        try (PinfoldServer server = PinfoldServer.start(disk())) {
            assertTrue(new RawClient(server.clientPort()).exists("/"));
        }
    }

    @Test
    void connectionsBeyondTheLimitOfAnAddressAreClosed() throws IOException {
        try (PinfoldServer server = PinfoldServer.start(memory.withMaxClientCnxns(2));
                RawClient first = new RawClient(server.clientPort());
                RawClient second = new RawClient(server.clientPort())) {
            assertThrows(IOException.class, () -> new RawClient(server.clientPort()));

            second.close();
            assertTrue(first.exists("/"));
        }
    }

    @Test
    void connectionsBeyondTheLimitOfAllAreClosed() throws IOException {
        try (PinfoldServer server = PinfoldServer.start(memory.withMaxConnections(2));
                RawClient first = new RawClient(server.clientPort());
                RawClient second = new RawClient(server.clientPort())) {
            assertThrows(IOException.class, () -> new RawClient(server.clientPort()));

            second.close();
            assertTrue(first.exists("/"));
        }
    }

    @Test
    void whatALongerFrameLimitLetsInIsWrittenAndReadAgain() throws IOException {
        ServerConfig config = disk().withMaxFrameBytes(24 << 20);
        try (PinfoldServer server = PinfoldServer.start(config);
                RawClient client = new RawClient(server.clientPort())) {
            assertEquals(0, client.create("/long", CreateMode.PERSISTENT));
            assertEquals(0, client.call(new Request.SetData("/long", new byte[20 << 20], 0)));
        }
        try (PinfoldServer server = PinfoldServer.start(config);
                RawClient client = new RawClient(server.clientPort())) {
            assertEquals(0, client.call(new Request.SetData("/long", new byte[1], 1)));
        }
    }

    @Test
    void theLogTakesTheLongestTransactionOfTheLongestFrames() {
        assertEquals(16 << 20, RoomOptions.maxTxnBytes(0xfffff));
        assertEquals(128 << 20, RoomOptions.maxTxnBytes(64 << 20));
        assertTrue(RoomOptions.maxTxnBytes(64 << 20) < LogEntry.MAX_PAYLOAD_BYTES);
    }

    @Test
    void aSilentSessionEndsByTheRealClock() throws IOException {
        try (PinfoldServer server = PinfoldServer.start(memory.withMaxSessionTimeout(Duration.ofMillis(400)));
                RawClient silent = new RawClient(server.clientPort())) {
            assertEquals(400, silent.session.timeoutMillis());
            assertEquals(0, silent.create("/e", CreateMode.EPHEMERAL));
            try (RawClient other = new RawClient(server.clientPort())) {
                long end = System.nanoTime() + 5_000_000_000L;
                while (other.exists("/e")) {
                    assertTrue(System.nanoTime() < end);
                }
            }
        }
    }

    @Test
    void aClientIsClosedAsSoonAsTheServerHasAnswered() throws IOException {
        try (PinfoldServer server = PinfoldServer.start(memory)) {
            PinfoldClient client = PinfoldClient.connect(server.connectString());
            client.exists("/");

            assertTimeout(Duration.ofSeconds(1), client::close);
        }
    }

    @Test
    void closingTwiceDoesNothing() throws IOException {
        PinfoldServer server = PinfoldServer.start(memory);
        server.close();
        server.close();
        assertThrows(IOException.class, () -> new RawClient(server.clientPort()));
    }
}
