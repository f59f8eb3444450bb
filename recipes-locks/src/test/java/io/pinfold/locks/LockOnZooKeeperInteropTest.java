package io.pinfold.locks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.ApacheZooKeeper;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A lock and a released Apache ZooKeeper that is killed. What else holds there is in the tests that run on both servers. */
@Timeout(120)
class LockOnZooKeeperInteropTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String PATH = "/locks/kept";

    @Test
    void isHeldOverAKilledServerWithTheSameToken() throws Exception {
        try (ApacheZooKeeper server = ApacheZooKeeper.start();
                PinfoldClient client = connect(server);
                PinfoldClient other = connect(server)) {
            Lease lease = DistributedLock.at(client, PATH).acquire();
            long token = lease.fencingToken();

            server.kill();
            await().atMost(LONG).until(() -> lease.state() == LeaseState.UNCERTAIN);
            server.restart();

            DistributedLock elsewhere = DistributedLock.at(other, PATH);
            assertEquals(Optional.empty(), elsewhere.tryAcquire());
            await().atMost(LONG).until(() -> lease.state() == LeaseState.HELD);
            assertEquals(token, elsewhere.inspect().holder().orElseThrow().fencingToken());
            lease.close();
            assertTrue(elsewhere.tryAcquire(LONG).orElseThrow().fencingToken() > token);
        }
    }

    private static PinfoldClient connect(ApacheZooKeeper server) {
        return PinfoldClient.builder(server.connectString())
                .sessionTimeout(LONG)
                .build();
    }
}
