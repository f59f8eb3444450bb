package io.pinfold.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.cli.sim.Family;
import io.pinfold.cli.sim.RecipePrograms;
import io.pinfold.testing.sim.Campaign;
import io.pinfold.testing.sim.Rules;
import io.pinfold.testing.sim.Seeds;
import io.pinfold.testing.sim.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs with our recipes on simulated ensembles whose members, disks and links fail; the programs are held up and killed. The
 * recipes keep their promises, and nobody waits for ever.
 */
@Execution(ExecutionMode.CONCURRENT)
class RecipesUnderFaultsTest {
    private static final int FIRST_SEED = 61;
    private static final int SEEDS = 20;
    private static final int FEATS_OF_A_SEED = 5;
    private static final String FAMILIES = "# recipes ";

    static List<Path> plans() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/plans"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("plans")
    void holdsWhatOnceBroke(Path plan) throws IOException {
        String families = Files.readString(plan)
                .lines()
                .filter(line -> line.startsWith(FAMILIES))
                .map(line -> line.substring(FAMILIES.length()))
                .findFirst()
                .orElseThrow();

        Invocation run = Invocation.of("sim --recipes " + families + " --plan " + plan);

        assertEquals(0, run.exitCode(), run.out());
    }

    @Test
    void recipesKeepWhatTheyPromiseWhateverBreaks() {
        Logging.errorsOnly();
        Queue<RecipePrograms> programs = new ConcurrentLinkedQueue<>();
        Workload.Maker maker = stage -> {
            RecipePrograms made = RecipePrograms.in(stage, Family.all());
            programs.add(made);
            return made;
        };

        Campaign.Outcome outcome =
                Campaign.run(new Seeds(Rules.KEPT, maker, seed -> "./pinfold sim --seed " + seed), FIRST_SEED, SEEDS);

        assertEquals("", outcome.failure());
        for (Family family : Family.values()) {
            List<Long> feats = programs.stream()
                    .map(each -> each.feats().get(family))
                    .filter(Objects::nonNull)
                    .toList();
            long sum = feats.stream().mapToLong(Long::longValue).sum();
            assertTrue(sum >= feats.size() * FEATS_OF_A_SEED, family + " did only " + sum + " in " + feats.size());
        }
    }
}
