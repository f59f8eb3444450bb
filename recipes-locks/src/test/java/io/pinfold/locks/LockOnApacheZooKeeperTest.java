package io.pinfold.locks;

import io.pinfold.testing.ApacheZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The lock on a released Apache ZooKeeper server. */
class LockOnApacheZooKeeperTest extends LockContractTest {
    private static ApacheZooKeeper server;

    @BeforeAll
    static void start() {
        server = ApacheZooKeeper.start();
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
