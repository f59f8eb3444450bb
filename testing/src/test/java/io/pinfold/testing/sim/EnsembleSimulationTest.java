package io.pinfold.testing.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.consensus.Safeguard;
import io.pinfold.server.consensus.Safeguards;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole ensembles of one, three and five engines with clients of all kinds, by seed: members crash, are held up and lose each
 * other, and every invariant is looked at after every event. In the end all faults are over, and then everything has to
 * work and all members have to be equal.
 */
class EnsembleSimulationTest {
    private static final long MILLI = EngineWorld.MILLI;
    private static final long FIRST = Long.getLong("sim.seed", 1);
    private static final int SEEDS = Integer.getInteger("sim.seeds", 30);

    @Test
    void everyPromiseHoldsUnderFaults() {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                run(seed, Safeguards.ALL);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " (-Dsim.seed=" + seed + " -Dsim.seeds=1): " + e, e);
            }
        }
    }

    @Test
    void aSeedAlwaysTellsTheSameStory() {
        assertEquals(run(7, Safeguards.ALL), run(7, Safeguards.ALL));
    }

    @ParameterizedTest
    @EnumSource(
            value = Safeguard.class,
            names = {"PREVIOUS_CHECKED", "VOTE_SAVED_FIRST", "ACKNOWLEDGED_WHEN_DURABLE", "BARRIER_BEFORE_SERVING"})
    void noticesWhenARuleIsMissing(Safeguard safeguard) {
        assertThrows(Throwable.class, () -> {
            for (long seed = 1; seed < 60; seed++) {
                run(seed, Safeguards.without(safeguard));
            }
        });
    }

    private static long run(long seed, Safeguards safeguards) {
        EngineWorld world = new EngineWorld(seed, seed % 5 == 0 ? 1 : seed % 5 < 4 ? 3 : 5, safeguards);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(new RawClient(world, "raw" + i, Habits.drawn(world, "raw" + i)));
        }
        LibraryClient library = new LibraryClient(world, "library", 300);
        world.after(1000 * MILLI, () -> {
            clients.forEach(RawClient::start);
            library.start();
        });
        world.after(1500 * MILLI, () -> world.troubles((256L << world.below("rate", 5)) * MILLI));
        world.run(20_000 * MILLI);
        world.heal();
        world.run(26_000 * MILLI);
        clients.forEach(RawClient::calm);
        library.calm();
        world.run(45_000 * MILLI);
        world.oracles.end(45_000 * MILLI);
        assertEquals(0, library.underWay(), "calls that never complete");
        assertTrue(world.answers > 300, "hardly any answers: " + world.answers);
        long digest = world.members.firstEntry().getValue().digest();
        for (EngineMember member : world.members.values()) {
            assertEquals(digest, member.digest(), "member " + member.id + " differs in the end");
        }
        return world.hash;
    }
}
