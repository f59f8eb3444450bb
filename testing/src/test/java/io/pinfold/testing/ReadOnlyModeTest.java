package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ErrorCode;
import io.pinfold.ServerException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.server.Ensemble;
import io.pinfold.server.ServicePolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Clients on a member that has lost its quorum: the released one and ours. */
class ReadOnlyModeTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void whoAsksForItIsServedReadsUntilThereIsAQuorumAgain() throws Exception {
        try (Ensemble ensemble = Ensemble.builder(3)
                .config(config -> config.withTickTime(Duration.ofMillis(200))
                        .withPolicy(ServicePolicy.defaults().withReadOnlyMode(true)))
                .start()) {
            try (PinfoldClient client = PinfoldClient.connect(ensemble.connectString(1))) {
                client.create("/a", "x".getBytes(UTF_8));
            }
            ensemble.kill(2);
            ensemble.kill(3);
            BlockingQueue<KeeperState> states = new LinkedBlockingQueue<>();
            ZooKeeper reader =
                    new ZooKeeper(ensemble.connectString(1), 4_000, event -> states.add(event.getState()), true);
            assertEquals(KeeperState.ConnectedReadOnly, next(states));

            assertArrayEquals("x".getBytes(UTF_8), reader.getData("/a", false, null));
            assertNotNull(reader.exists("/a", true));
            assertThrows(
                    KeeperException.NotReadOnlyException.class,
                    () -> reader.create("/b", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
            assertThrows(KeeperException.NotReadOnlyException.class, () -> reader.setData("/a", new byte[0], -1));
            assertNotServed(ensemble.connectString(1));
            assertEquals("ro", ask(ensemble, 1, "isro"));
            assertTrue(ask(ensemble, 1, "srvr").contains("\nMode: read-only\n"), "operators see it, too");

            ensemble.restart(2);
            Awaitility.await().atMost(LONG).until(() -> ask(ensemble, 2, "isro").equals("rw")); // what clients look for
            KeeperState state = next(states);
            while (state != KeeperState.SyncConnected) {
                state = next(states);
            }
            reader.setData("/a", "y".getBytes(UTF_8), -1);
            reader.close();
        }
    }

    @Test
    void ourClientReadsThereAndLosesItsLeases() throws Exception {
        try (Ensemble ensemble = Ensemble.builder(3)
                        .config(config -> config.withTickTime(Duration.ofMillis(100))
                                .withPolicy(ServicePolicy.defaults().withReadOnlyMode(true)))
                        .start();
                PinfoldClient client = PinfoldClient.builder(ensemble.connectString(1))
                        .sessionTimeout(Duration.ofSeconds(1))
                        .readOnly(true)
                        .build()) {
            client.create("/a", "x".getBytes(UTF_8));
            Session session = client.session();
            BlockingQueue<SessionState> states = new LinkedBlockingQueue<>();
            client.addSessionListener((told, state) -> states.add(state));
            ensemble.kill(2);
            ensemble.kill(3);
            await(states, SessionState.READ_ONLY);

            assertArrayEquals("x".getBytes(UTF_8), client.get("/a").data());
            ServerException refused = assertThrows(ServerException.class, () -> client.delete("/a"));
            assertEquals(ErrorCode.NOT_READ_ONLY, refused.code());
            Awaitility.await().atMost(LONG).until(() -> session.remaining().isZero());

            ensemble.restart(2);
            await(states, SessionState.CONNECTED);
            client.delete("/a");
        }
    }

    private static String ask(Ensemble ensemble, int member, String word) throws IOException {
        String address = ensemble.connectString(member);
        return FourLetterWord.ask(Integer.parseInt(address.substring(address.indexOf(':') + 1)), word, LONG);
    }

    private static void await(BlockingQueue<SessionState> states, SessionState wanted) throws InterruptedException {
        SessionState state = states.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        while (state != wanted) {
            assertNotNull(state);
            state = states.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static KeeperState next(BlockingQueue<KeeperState> states) throws InterruptedException {
        KeeperState state = states.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(state);
        return state;
    }

    /** A client that does not ask for it would take old news for new. */
    private static void assertNotServed(String address) throws IOException {
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        try (RawConnection plain = RawConnection.open(port)) {
            plain.sendFrame(RawSession.connectRequest(Duration.ofSeconds(4), new byte[24]));
            assertThrows(IOException.class, () -> plain.receive(LONG));
        }
    }
}
