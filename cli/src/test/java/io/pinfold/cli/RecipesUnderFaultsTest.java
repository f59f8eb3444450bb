package io.pinfold.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.testing.sim.Campaign;
import io.pinfold.testing.sim.Rules;
import io.pinfold.testing.sim.Seeds;
import io.pinfold.testing.sim.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Locks and elections of our own client on simulated ensembles whose members, disks and links fail, in programs that are held
 * up and killed: one holder at a time, as the holders see it themselves, tokens that grow, and nobody waits for ever.
 */
class RecipesUnderFaultsTest {
    private static final int SEEDS = 20;
    private static final int GRANTS_OF_A_SEED = 40;

    static List<Path> plans() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/plans"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("plans")
    void holdsWhatOnceBroke(Path plan) {
        Invocation run = Invocation.of("sim --plan " + plan);

        assertEquals(0, run.exitCode(), run.out());
    }

    @Test
    void oneHolderAtATimeWhateverBreaks() {
        Logging.errorsOnly();
        Queue<RecipeClients> clients = new ConcurrentLinkedQueue<>();
        Workload.Maker maker = stage -> {
            RecipeClients made = new RecipeClients(stage);
            clients.add(made);
            return made;
        };

        Campaign.Outcome outcome =
                Campaign.run(new Seeds(Rules.KEPT, maker, seed -> "./pinfold sim --seed " + seed), 1, SEEDS);

        assertEquals("", outcome.failure());
        int grants = clients.stream().mapToInt(RecipeClients::grants).sum();
        assertTrue(grants > SEEDS * GRANTS_OF_A_SEED, "only " + grants + " times anybody was given anything");
    }
}
