package io.pinfold.testing;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Our client on a released Apache ZooKeeper server. */
class ClientOnApacheZooKeeperTest extends ClientOutageContractTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.apacheZooKeeper();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    TestServer server() {
        return server;
    }
}
