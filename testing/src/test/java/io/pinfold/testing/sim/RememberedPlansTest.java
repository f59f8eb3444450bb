package io.pinfold.testing.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plans that once found a mistake; each file says which. */
class RememberedPlansTest {
    static List<Path> plans() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/plans"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("plans")
    void holdsWhatOnceBroke(Path plan) throws IOException {
        Simulation.run(Plan.parse(Files.readString(plan)), Rules.KEPT, MixedClients::new);
    }
}
