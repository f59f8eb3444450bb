package io.pinfold.cli.sim;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.pinfold.testing.sim.Campaign;
import io.pinfold.testing.sim.Planner;
import io.pinfold.testing.sim.Rules;
import io.pinfold.testing.sim.Simulation;
import io.pinfold.testing.sim.World;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever judges the recipes notices what programs do wrong on purpose. Part of the mistakes in every build, another part each
 * day; all of them with {@code -Dsim.planted=all}.
 */
@Execution(ExecutionMode.CONCURRENT)
class MistakesTest {
    private static final int SEEDS = 40;
    private static final int A_DAY = 4;

    static Stream<Mistake> mistakes() {
        List<Mistake> all = Arrays.asList(Mistake.values());
        if ("all".equals(System.getProperty("sim.planted")) || all.size() <= A_DAY) {
            return all.stream();
        }
        int first = (int) (LocalDate.now(ZoneOffset.UTC).toEpochDay() * A_DAY % all.size());
        return Stream.iterate(first, i -> i + 1).limit(A_DAY).map(i -> all.get(i % all.size()));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isFound(Mistake mistake) {
        Campaign.Trial trial = new Campaign.Trial() {
            @Override
            public World run(long seed) {
                return Simulation.run(Planner.of(seed), Rules.KEPT, RecipePrograms.with(mistake));
            }

            @Override
            public String explain(long seed, Throwable problem) {
                return "seed " + seed + ": " + problem;
            }
        };

        Campaign.Outcome outcome = Campaign.run(trial, 1, SEEDS);

        assertFalse(outcome.failure().isEmpty(), mistake + " is not found");
    }
}
