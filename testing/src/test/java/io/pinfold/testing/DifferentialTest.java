package io.pinfold.testing;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A released Apache ZooKeeper and our server, both as they come; see {@link Comparison}. {@code -Dpinfold.differential.count=N}
 * plays more scenarios.
 */
@Order(2)
class DifferentialTest {
    private static final int COUNT = Integer.getInteger("pinfold.differential.count", 60);
    private static final int LENGTH = 60;

    private static Comparison servers;

    @BeforeAll
    static void start(@TempDir Path directory) {
        servers = new Comparison(TestServer.apacheZooKeeper(), OurServer.on(directory));
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void answersRandomScenariosAsApacheZooKeeperDoes() throws IOException {
        servers.compare((seed, root) -> Scenario.random(seed, root, LENGTH), COUNT);
    }

    @Test
    void tellsClientsThatComeBackTheSameAsApacheZooKeeperDoes() throws IOException {
        servers.compare((seed, root) -> ReturningScenario.random(seed, root, LENGTH), COUNT / 2);
    }

    @Test
    void hasTheSameStateAndSessionsAfterARestart() throws IOException {
        servers.compare((seed, root) -> Scenario.withRestart(seed, root, 2 * LENGTH), 2);
    }
}
