package io.pinfold.election;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The election on our own server. */
class ElectionOnPinfoldTest extends ElectionContractTest {
    private static PinfoldServer server;

    @BeforeAll
    static void start() throws IOException {
        server = PinfoldServer.start(ServerConfig.standalone()
                .withClientPort(0)
                .withTickTime(Duration.ofMillis(250))
                .withMinSessionTimeout(Duration.ofSeconds(1)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    int serverPort() {
        return server.clientPort();
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
                await().atMost(Duration.ofSeconds(30))
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
