package io.pinfold.testing.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Whole ensembles on simulated disks with clients of all kinds, by seed: every invariant is looked at after every event. In
 * the end all faults are over, and then everything has to work and all members have to be equal.
 */
@Order(1)
class EnsembleSimulationTest {
    private static final long MOST_SEEDS = 1L << 40;

    private static final Seeds SEEDS =
            new Seeds(Rules.KEPT, MixedClients::new, seed -> "./pinfold sim --without-recipes --seed " + seed);

    @Test
    void everyPromiseHoldsUnderFaultsAndEveryRareStateIsReached() {
        long first = Long.getLong("sim.seed", 1);
        long seeds = Long.getLong("sim.seeds", 500);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Long.getLong("sim.minutes", 0));
        int processors = Runtime.getRuntime().availableProcessors();

        Campaign.Outcome outcome = Campaign.run(
                SEEDS,
                first,
                seed -> seed < first + seeds || seed < first + MOST_SEEDS && System.nanoTime() < end,
                processors);

        assertEquals("", outcome.failure());
        if (seeds >= 500) {
            assertEquals(List.of(), outcome.marks().missing(), "rare states that nothing reached");
        }
    }
}
