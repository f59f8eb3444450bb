package io.pinfold.election;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.LeaseState;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.testing.ApacheZooKeeper;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What elections are like when servers are killed, started again, and set up anew. */
@Timeout(60)
class ElectionOverRestartsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void leadershipOutlivesARestartOfApacheZooKeeper() throws Exception {
        try (ApacheZooKeeper server = ApacheZooKeeper.start();
                PinfoldClient client = PinfoldClient.connect(server.connectString());
                LeaderObserver observer = LeaderObserver.at(client, "/leader")) {
            Leadership leadership = LeaderElection.at(client, "/leader").campaign();

            server.restart();

            await().atMost(PATIENCE).until(() -> leadership.state() == LeaseState.HELD);
            assertEquals(
                    leadership.term(),
                    observer.awaitLeader(PATIENCE).orElseThrow().term());
            assertTrue(LeaderElection.at(client, "/leader")
                    .tryCampaign(Duration.ofMillis(100))
                    .isEmpty());
        }
    }

    @Test
    void anObserverSeesTheLeaderOfAServerThatWasSetUpAnew() throws Exception {
        ServerConfig config = ServerConfig.standalone();
        PinfoldServer first = PinfoldServer.start(config.withClientPort(0));
        int port = first.clientPort();
        try (PinfoldClient client = PinfoldClient.connect("127.0.0.1:" + port);
                LeaderObserver observer = LeaderObserver.at(client, "/leader")) {
            write(client, 50);
            long old = LeaderElection.at(client, "/leader").campaign().term();
            await().until(() -> observer.leader().isPresent());

            first.close();
            try (PinfoldServer anew = PinfoldServer.start(config.withClientPort(port));
                    PinfoldClient other = PinfoldClient.connect(anew.connectString())) {
                long term = LeaderElection.at(other, "/leader").campaign().term();
                write(other, 100); // or the server would refuse whoever saw more than it has

                assertTrue(term < old);
                await().atMost(PATIENCE)
                        .until(() -> observer.leader().orElseThrow().term() == term);
            }
        }
    }

    private static void write(PinfoldClient client, int times) {
        client.create("/history", null);
        for (int i = 0; i < times; i++) {
            client.set("/history", null);
        }
    }
}
