package io.pinfold.testing;

import io.pinfold.server.ServicePolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A released Apache ZooKeeper and our server with a super user, enforced quotas and znodes that have a time to live; see
 * {@link Comparison}. {@code -Dpinfold.differential.count=N} plays more scenarios.
 */
class DifferentialAccessTest {
    private static final int COUNT = Integer.getInteger("pinfold.differential.count", 60);
    private static final int LENGTH = 60;
    private static final String SUPER_DIGEST = Call.digest("super");

    private static Comparison servers;

    @BeforeAll
    static void start(@TempDir Path directory) {
        ApacheZooKeeper.Builder reference = ApacheZooKeeper.builder()
                .systemProperty("zookeeper.DigestAuthenticationProvider.superDigest", SUPER_DIGEST)
                .systemProperty("zookeeper.extendedTypesEnabled", "true")
                .systemProperty("zookeeper.enforceQuota", "true");
        ServicePolicy policy = ServicePolicy.defaults()
                .withRemovalInterval(Duration.ofDays(1))
                .withSuperDigest(SUPER_DIGEST)
                .withExtendedTypes(true)
                .withQuotasEnforced(true);
        servers = new Comparison(TestServer.apacheZooKeeper(reference), OurServer.on(directory, policy));
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void protectsAndLimitsAsApacheZooKeeperDoes() throws IOException {
        servers.compare((seed, root) -> GuardedScenario.random(seed, root, LENGTH), COUNT);
    }

    @Test
    void protectsAndLimitsAfterARestartAsBefore() throws IOException {
        servers.compare((seed, root) -> GuardedScenario.withRestart(seed, root, LENGTH), 2);
    }
}
