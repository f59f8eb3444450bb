package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The released server as a tool of tests. Owner of one child process. */
class ApacheZooKeeperTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void servesAfterStartAndAgainAfterKillAndRestart() {
        try (ApacheZooKeeper server = ApacheZooKeeper.start()) {
            assertTrue(Handshake.succeeds(server.port(), SOON));
            server.kill();
            assertFalse(Handshake.succeeds(server.port(), SOON));
            server.restart();
            assertTrue(Handshake.succeeds(server.port(), SOON));
        }
    }
}
