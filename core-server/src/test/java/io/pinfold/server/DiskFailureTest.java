package io.pinfold.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.server.storage.FailingDisk;
import io.pinfold.server.storage.FileDisk;
import io.pinfold.wire.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose log cannot be written tells nobody anything any more, stops, and says why. */
class DiskFailureTest {
    @TempDir
    private Path dir;

    private FailingDisk disk;

    @BeforeEach
    void makeDisk() throws IOException {
        disk = new FailingDisk(new FileDisk(dir));
    }

    @ParameterizedTest
    @ValueSource(strings = {"write log-", "force log-"})
    void nothingIsAcknowledgedAfterTheDiskFailed(String call) throws Exception {
        assertStops(
                () -> disk.fail(call),
                "the log cannot be written: could not " + call.substring(0, 5) + " the log in " + dir
                        + ": Input/output error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"write log-", "force log-"})
    void aMistakeBesideTheDiskStopsTheServerAsWell(String call) throws Exception {
        assertStops(
                () -> disk.breakDown(call),
                "the log cannot be written: java.lang.IllegalStateException: a mistake in the program");
    }

    private void assertStops(Runnable mishap, String sentence) throws Exception {
        PinfoldServer server = PinfoldServer.start(ServerConfig.standalone(), disk);
        try (RawClient writer = new RawClient(server.clientPort());
                RawClient other = new RawClient(server.clientPort())) {
            assertEquals(0, writer.create("/before", CreateMode.PERSISTENT));
            mishap.run();

            assertThrows(IOException.class, () -> writer.create("/after", CreateMode.PERSISTENT));
            assertThrows(IOException.class, () -> other.create("/later", CreateMode.PERSISTENT));

            assertEquals(sentence, server.failure().get(10, TimeUnit.SECONDS));
            assertPortIsFree(server.clientPort());
            server.close();
        }
        disk.heal();
        try (PinfoldServer again = PinfoldServer.start(ServerConfig.standalone(), disk);
                RawClient client = new RawClient(again.clientPort())) {
            assertTrue(client.exists("/before"));
            assertFalse(client.exists("/later"));
        }
    }

    @Test
    void withHardlyAnyRoomNothingGrowsAndEverythingElseGoesOn() throws Exception {
        try (PinfoldServer server = PinfoldServer.start(ServerConfig.standalone(), disk);
                RawClient client = new RawClient(server.clientPort())) {
            assertEquals(0, client.create("/before", CreateMode.PERSISTENT));
            disk.roomy(false);
            while (client.create("/filler", CreateMode.PERSISTENT_SEQUENTIAL) == 0) {
                // the disk is looked at now and then
            }
            assertEquals(ErrorCode.QUOTA_EXCEEDED.number(), client.create("/another", CreateMode.PERSISTENT));
            assertEquals(
                    ErrorCode.QUOTA_EXCEEDED.number(), client.call(new Request.SetData("/before", new byte[1], -1)));
            assertTrue(client.exists("/before"));
            assertEquals(0, client.call(new Request.Delete("/before", -1)));
            new RawClient(server.clientPort()).close();

            disk.roomy(true);
            await().until(() -> client.create("/after", CreateMode.PERSISTENT) == 0);
        }
    }

    @Test
    void aServerThatStartsWithHardlyAnyRoomShowsWhatItHas() throws Exception {
        try (PinfoldServer server = PinfoldServer.start(ServerConfig.standalone(), disk);
                RawClient client = new RawClient(server.clientPort())) {
            assertEquals(0, client.create("/before", CreateMode.PERSISTENT));
        }
        disk.roomy(false);
        try (PinfoldServer server = PinfoldServer.start(ServerConfig.standalone(), disk);
                RawClient client = new RawClient(server.clientPort())) {
            assertTrue(client.exists("/before"));
            await().until(() ->
                    client.create("/more", CreateMode.PERSISTENT_SEQUENTIAL) == ErrorCode.QUOTA_EXCEEDED.number());
        }
    }

    private static void assertPortIsFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    @Test
    void aFailureWhileTheServerIsClosedDoesNotKeepItFromClosing() throws Exception {
        PinfoldServer server = PinfoldServer.start(ServerConfig.standalone(), disk);
        try (RawClient writer = new RawClient(server.clientPort())) {
            assertEquals(0, writer.create("/before", CreateMode.PERSISTENT));
        }
        disk.fail("write log-");
        server.close();

        assertPortIsFree(server.clientPort());
    }
}
