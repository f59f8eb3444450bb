package io.pinfold.testing.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A simulation that finds nothing proves nothing: each rule is broken on purpose, and that has to be noticed. Every day has
 * its part of the rules; {@code -Dsim.planted=all} breaks all of them, one after the other.
 */
class PlantedBugsTest {
    private static final int MOST_SEEDS = 60;
    private static final int PARTS = 4;
    private static final Path TABLE = Path.of("../docs/internals/simulation.md");

    /** What some mistakes need to show within so few seeds. */
    private static final Map<String, Sequence> SEQUENCES = Map.of(
            "OWN_EPOCH_COMMITS", Sequence.THREE_CLAIMS,
            "READ_INDEX_CONFIRMED", Sequence.HANDED_OVER_IN_SILENCE,
            "INCARNATION_CHECKED", Sequence.LOST_DISK,
            "OLD_INCARNATION_CLAIMED", Sequence.LOST_DISK,
            "JOINT_QUORUM", Sequence.PARTED_CHANGE,
            "DAMAGE_REMEMBERED", Sequence.ROTTEN_DISK);

    static List<Rules> broken() {
        List<Rules> found = Rules.broken();
        if (System.getProperty("sim.planted", "").equals("all")) {
            return found;
        }
        int part = (int) (LocalDate.now(ZoneOffset.UTC).toEpochDay() % PARTS);
        List<Rules> chosen = new ArrayList<>();
        for (int i = part; i < found.size(); i += PARTS) {
            chosen.add(found.get(i));
        }
        return chosen;
    }

    @ParameterizedTest
    @MethodSource("broken")
    void findsEveryMistakeThatWasPlanted(Rules rules) {
        for (long seed = 1; seed <= MOST_SEEDS; seed++) {
            try {
                Simulation.run(plan(rules, seed), rules, MixedClients::new);
            } catch (RuntimeException | AssertionError found) { // which promise breaks first depends on the seed
                return;
            }
        }
        fail(rules.name() + " is broken, and " + MOST_SEEDS + " seeds did not notice");
    }

    private static Plan plan(Rules rules, long seed) {
        Sequence sequence = SEQUENCES.get(rules.name());
        return sequence == null ? Planner.of(seed) : Planner.insisting(seed, sequence);
    }

    @Test
    void theDocumentListsThemAll() throws IOException {
        Set<String> listed = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|")
                .matcher(Files.readString(TABLE))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(Rules.broken().stream().map(Rules::name).collect(Collectors.toCollection(TreeSet::new)), listed);
    }
}
