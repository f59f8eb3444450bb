package io.pinfold.server.consensus;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Short runs of small clusters in which everything happens by chance, by seed. */
@Execution(ExecutionMode.CONCURRENT)
class ReplicaRandomTest {
    private static final int SEEDS = Integer.getInteger("replica.seeds", 600);

    @Test
    void whatWasCommittedStaysCommittedAndClustersHeal() {
        long committed = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            committed += run(seed, Safeguards.ALL);
        }
        assertTrue(committed > SEEDS * 20L, "hardly anything was committed: " + committed);
    }

    @ParameterizedTest
    @EnumSource(
            value = Safeguard.class,
            names = {
                "PREVIOUS_CHECKED",
                "ACKNOWLEDGED_WHEN_DURABLE",
                "ONE_VOTE",
                "LONGER_LOG_WINS",
                "READ_INDEX_CONFIRMED",
                "CONFLICT_CUT",
                "VOTE_SAVED_FIRST",
                "DAMAGE_REMEMBERED"
            })
    void noticesWhenARuleIsMissing(Safeguard safeguard) {
        assertThrows(Throwable.class, () -> {
            for (int seed = 0; seed < 20_000; seed++) {
                run(seed, Safeguards.without(safeguard));
            }
        });
    }

    private static int run(long seed, Safeguards safeguards) {
        try {
            SmallCluster cluster =
                    new SmallCluster(seed, 3 + (int) (seed % 2) * 2, safeguards, seed % 3 == 0 ? 20 : 1L << 30);
            for (int i = 0; i < 3_000; i++) {
                cluster.step(20);
            }
            cluster.heal();
            return cluster.committed().size();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
