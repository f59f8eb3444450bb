package io.pinfold.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples as a reader sees them on a terminal. In a process of its own, because logging is set up once in a process. */
class StoryTest {
    @TempDir
    private Path dir;

    @Test
    void isNotInterruptedByTheLogOfWhatBreaksOnPurpose() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        Path out = dir.resolve("out");
        Path err = dir.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(
                List.of(java, "-XX:TieredStopAtLevel=1", "-cp", classPath, Main.class.getName(), "sample", "lock"));
        builder.environment().remove("PINFOLD_LOG");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        } finally {
            process.destroyForcibly();
        }

        String log = Files.readString(err);
        assertFalse(log.lines().anyMatch(line -> line.matches("[0-9:.]+ [A-Z]+ .*")), log);
        assertEquals(0, process.exitValue());
        assertTrue(Files.readString(out).contains("bob's session ends"), Files.readString(out));
    }
}
