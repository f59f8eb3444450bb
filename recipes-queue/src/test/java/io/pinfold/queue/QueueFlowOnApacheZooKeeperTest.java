package io.pinfold.queue;

import io.pinfold.testing.ApacheZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Batches, streams and pauses of a queue on a released Apache ZooKeeper server. */
class QueueFlowOnApacheZooKeeperTest extends QueueFlowContractTest {
    private static ApacheZooKeeper server;

    @BeforeAll
    static void start() {
        server = ApacheZooKeeper.builder()
                .tickTime(TICK)
                .setting("minSessionTimeout", Long.toString(SHORTEST_SESSION.toMillis()))
                .setting("maxSessionTimeout", Long.toString(SESSION.toMillis()))
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    int serverPort() {
        return server.port();
    }
}
