package io.pinfold.testing.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.consensus.Safeguard;
import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void aPlanIsTextAndBack() {
        for (long seed = 1; seed < 100; seed++) {
            Plan plan = Planner.of(seed);

            assertEquals(plan, Plan.parse(plan.text()));
        }
    }

    @Test
    void commentsAndEmptyLinesAreAllowed() {
        Plan plan = Plan.parse("# what went wrong\n\nseed 5\nat=1500 kill member=2 for=30\n");

        assertEquals(
                new Fault(1500, Fault.Kind.KILL, 2, 0, 30, 0), plan.faults().get(0));
    }

    @Test
    void aLineThatMeansNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Plan.parse("sedd 5"));
    }

    @Test
    void shrinkingLeavesAPlanThatBreaksTheSamePromise() {
        Rules rules = Rules.named(Safeguard.QUORUM_CHECKED.name());
        Plan plan = Planner.of(2);
        Throwable failure = assertThrows(AssertionError.class, () -> Simulation.run(plan, rules, MixedClients::new));

        Plan shrunk = Shrinker.shrink(plan, rules, MixedClients::new, failure, 60);

        assertTrue(shrunk.faults().size() <= plan.faults().size() / 4, shrunk.text());
        Throwable again = assertThrows(AssertionError.class, () -> Simulation.run(shrunk, rules, MixedClients::new));
        assertEquals(Shrinker.nameOf(failure), Shrinker.nameOf(again));
    }
}
