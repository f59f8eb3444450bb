package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.client.PinfoldClient;
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
import org.junit.jupiter.api.Test;

/** The released client on a member that has lost its quorum. */
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

            ensemble.restart(2);
            KeeperState state = next(states);
            while (state != KeeperState.SyncConnected) {
                state = next(states);
            }
            reader.setData("/a", "y".getBytes(UTF_8), -1);
            reader.close();
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
