package io.pinfold.testing.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whole ensembles on simulated disks with clients of all kinds, by seed: every invariant is looked at after every event. In
 * the end all faults are over, and then everything has to work and all members have to be equal.
 */
class EnsembleSimulationTest {
    @Test
    void everyPromiseHoldsUnderFaultsAndEveryRareStateIsReached() {
        long first = Long.getLong("sim.seed", 1);
        int seeds = Integer.getInteger("sim.seeds", 200);

        Campaign.Outcome outcome = Campaign.run(first, seeds, Rules.KEPT, MixedClients::new);

        assertEquals("", outcome.failure());
        if (seeds >= 100) {
            assertEquals(List.of(), outcome.marks().missing(), "rare states that nothing reached");
        }
    }

    @Test
    void aSeedAlwaysTellsTheSameStory() {
        for (long seed = 7; seed < 10; seed++) {
            long once = Simulation.run(Planner.of(seed), Rules.KEPT, MixedClients::new)
                    .digest();
            long again = Simulation.run(Planner.of(seed), Rules.KEPT, MixedClients::new)
                    .digest();

            assertEquals(once, again, "seed " + seed);
        }
    }

    @Test
    void otherSeedsTellOtherStories() {
        assertTrue(Simulation.run(Planner.of(1), Rules.KEPT, MixedClients::new).digest()
                != Simulation.run(Planner.of(2), Rules.KEPT, MixedClients::new).digest());
    }
}
