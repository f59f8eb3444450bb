package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinfold.server.Ensemble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clients of other languages, as the machine has them, on one member and on three; 0 members is a released Apache
 * ZooKeeper, for which the scripts hold as well. Only with {@code -Dpinfold.languages=true}.
 */
@EnabledIfSystemProperty(
        named = "pinfold.languages",
        matches = "true",
        disabledReason = "programs of other languages are asked for with -Dpinfold.languages=true")
@Timeout(240)
class OtherLanguagesTest {
    @TempDir
    private Path dir;

    private record Ended(int code, String output) {}

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void kazooDoesEverythingItCan(int members) throws Exception {
        String python = List.of("python3", "/usr/bin/python3").stream()
                .filter(program -> run(List.of(program, "-c", "import kazoo")).code() == 0)
                .findFirst()
                .orElse("");
        assumeTrue(!python.isEmpty(), "there is no python3 with kazoo (Debian: python3-kazoo)");
        Path script = resource("kazoo_tour.py");

        Ended tour = against(members, servers -> run(List.of(python, script.toString(), servers)));

        assertEquals("znodes\naccess\ntransactions\nwatches\nrecipes\nmany\nends\ndone\n", tour.output());
        assertEquals(0, tour.code());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void theClientInCDoesEverythingItCan(int members) throws Exception {
        Path program = dir.resolve("c_tour");
        Path source = resource("c_tour.c");
        Ended compiled = run(List.of(
                "cc", "-DTHREADED", "-o", program.toString(), source.toString(), "-lzookeeper_mt", "-lpthread"));
        assumeTrue(
                compiled.code() == 0,
                () -> "no C compiler with the client (Debian: gcc, libzookeeper-mt-dev): " + compiled.output());

        Ended tour = against(members, servers -> run(List.of(program.toString(), servers)));

        assertEquals("znodes\naccess\ntransactions\nwatches\nmany\ndone\n", tour.output());
        assertEquals(0, tour.code());
    }

    private interface Tour {
        Ended of(String servers);
    }

    private static Ended against(int members, Tour tour) throws Exception {
        if (members == 0) {
            try (ApacheZooKeeper server = ApacheZooKeeper.start()) {
                return tour.of(server.connectString());
            }
        }
        try (Ensemble ensemble = CuratorClients.members(members)) {
            return tour.of(ensemble.connectString());
        }
    }

    private Path resource(String name) throws IOException {
        try (var in = Objects.requireNonNull(OtherLanguagesTest.class.getResourceAsStream("/clients/" + name))) {
            Path copy = dir.resolve(name);
            Files.copy(in, copy);
            return copy;
        }
    }

    /** {@return how the program ended; code 127 if there is none} */
    private Ended run(List<String> command) {
        try {
            Path output = Files.createTempFile(dir, "output", "");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(150, TimeUnit.SECONDS);
            process.destroyForcibly();
            String text = Files.readString(output, UTF_8);
            assertTrue(ended, () -> command + " did not end:\n" + text);
            return new Ended(process.exitValue(), text);
        } catch (IOException e) {
            return new Ended(127, e.getMessage());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
