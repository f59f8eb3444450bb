package io.pinfold.server.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Scenarios to read: each script, run again, gives exactly what stands in it. {@code -Dscripts.rewrite=true} writes them anew. */
class ScriptTest {
    private static final Path SCRIPTS = Path.of("src/test/resources/io/pinfold/server/consensus");

    @TestFactory
    Stream<DynamicTest> scriptsTellWhatHappens() throws IOException {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            List<Path> scripts = files.filter(file -> file.toString().endsWith(".script"))
                    .sorted()
                    .toList();
            assertFalse(scripts.isEmpty());
            return scripts.stream()
                    .map(script -> DynamicTest.dynamicTest(script.getFileName().toString(), () -> run(script)));
        }
    }

    private static void run(Path script) throws IOException {
        String recorded = Files.readString(script);
        String now = new Script().run(recorded);
        if (Boolean.getBoolean("scripts.rewrite")) {
            Files.writeString(script, now);
        } else {
            assertEquals(recorded, now, () -> "first differs: " + firstDifference(recorded, now));
        }
    }

    private static String firstDifference(String recorded, String now) {
        List<String> before = recorded.lines().toList();
        List<String> after = now.lines().toList();
        int same = 0;
        while (same < Math.min(before.size(), after.size()) && before.get(same).equals(after.get(same))) {
            same++;
        }
        return "line " + (same + 1) + ": " + (same < after.size() ? after.get(same) : "nothing more");
    }
}
