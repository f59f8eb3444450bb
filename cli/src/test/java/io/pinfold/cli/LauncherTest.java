package io.pinfold.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script at the root, with programs in place of Java and Maven that tell how they were called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Instant PAST = Instant.parse("2020-01-01T00:00:00Z");

    @TempDir
    private Path root;

    @BeforeEach
    void layOut() throws IOException {
        Files.copy(Path.of("../pinfold"), root.resolve("pinfold"));
        script("jdk/bin/java", "echo \"java $*\"; echo \"pid $$\"; exit 7");
        script("bin/mvn", "echo \"mvn $*\"; mkdir -p cli/target; : > cli/target/pinfold.jar");
        Files.writeString(root.resolve("jdk/release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"21.0.2\"\n");
        Files.createDirectories(root.resolve("cli/src/main/java"));
        Files.writeString(root.resolve("cli/src/main/java/Main.java"), "");
        Files.writeString(root.resolve("pom.xml"), "");
        for (String source : List.of("cli/src/main/java/Main.java", "pom.xml")) {
            Files.setLastModifiedTime(root.resolve(source), FileTime.from(PAST));
        }
    }

    @Test
    void buildsOnFirstUseAndSaysSo() throws IOException, InterruptedException {
        Result result = run(Map.of(), "demo");

        assertTrue(result.err().contains("pinfold: building with Maven"), result.err());
        assertTrue(result.err().contains("package -pl cli -am"), result.err());
        assertTrue(result.out().startsWith("java "), result.out());
        assertTrue(Files.exists(root.resolve("cli/target/pinfold.jar")));
    }

    @Test
    void buildsAgainOnlyWhenASourceIsNewer() throws IOException, InterruptedException {
        run(Map.of(), "demo");

        Result unchanged = run(Map.of(), "demo");
        Files.setLastModifiedTime(
                root.resolve("cli/src/main/java/Main.java"),
                FileTime.from(Instant.now().plusSeconds(60)));
        Result changed = run(Map.of(), "demo");

        assertEquals("", unchanged.err());
        assertTrue(changed.err().contains("building"), changed.err());
    }

    @Test
    void becomesTheJavaProcess() throws IOException, InterruptedException {
        run(Map.of(), "demo");

        Result result = run(Map.of(), "server", "--port", "0");

        assertEquals(7, result.exitCode());
        assertTrue(result.out().contains("-XX:+ExitOnOutOfMemoryError"), result.out());
        assertTrue(result.out().contains("pinfold.jar server --port 0\n"), result.out());
        assertTrue(result.out().contains("pid " + result.pid() + "\n"), result.out());
    }

    @Test
    void takesOptionsForTheJvmAndLetsThemChooseTheCollector() throws IOException, InterruptedException {
        run(Map.of(), "demo");

        Result result = run(Map.of("PINFOLD_JAVA_OPTS", "-Xmx1g -XX:+UseG1GC"), "demo");

        assertTrue(result.out().contains("-Xmx1g -XX:+UseG1GC -jar"), result.out());
        assertFalse(result.out().contains("SerialGC"), result.out());
    }

    @Test
    void letsJavaCompileWellWhatRunsForMinutes() throws IOException, InterruptedException {
        run(Map.of(), "demo");

        Result brief = run(Map.of(), "sim", "--seed", "7");
        Result lengthy = run(Map.of(), "sim", "--seed", "7", "--minutes", "30");

        assertTrue(brief.out().contains("TieredStopAtLevel=1"), brief.out());
        assertFalse(lengthy.out().contains("TieredStopAtLevel"), lengthy.out());

        Result chosen = run(Map.of("PINFOLD_JAVA_OPTS", "-XX:+UseG1GC"), "sim", "--minutes", "30");

        assertFalse(chosen.out().contains("SerialGC"), chosen.out());
    }

    @Test
    void asksForAJavaThatIsNewEnough() throws IOException, InterruptedException {
        Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"11.0.2\"\n");

        Result result = run(Map.of(), "demo");

        assertEquals(1, result.exitCode());
        assertEquals(
                "pinfold: " + root.resolve("jdk/bin/java") + " is Java 11; Pinfold needs 17 or newer\n", result.err());
    }

    @Test
    void asksForJavaWhenThereIsNone() throws IOException, InterruptedException {
        Result result = run(Map.of("JAVA_HOME", "/nowhere"), "demo");

        assertEquals(1, result.exitCode());
        assertEquals("pinfold: no Java found; install a JDK 17 or newer, or set JAVA_HOME\n", result.err());
    }

    @Test
    void showsWhatMavenSaidWhenTheBuildFails() throws IOException, InterruptedException {
        script("bin/mvn", "echo '[ERROR] no luck'; exit 1");

        Result result = run(Map.of(), "demo");

        assertEquals(1, result.exitCode());
        assertEquals("", result.out());
        assertTrue(result.err().contains("[ERROR] no luck"), result.err());
        assertTrue(result.err().endsWith("pinfold: the build failed; see above\n"), result.err());
    }

    @Test
    void worksThroughALinkFromElsewhere() throws IOException, InterruptedException {
        Files.createDirectories(root.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(root.resolve("elsewhere/pf"), Path.of("../pinfold"));

        Result result = start(link, Map.of(), "demo");

        assertTrue(result.out().startsWith("java "), result.err());
    }

    private void script(String path, String body) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result run(Map<String, String> environment, String... args) throws IOException, InterruptedException {
        return start(root.resolve("pinfold"), environment, args);
    }

    private Result start(Path launcher, Map<String, String> environment, String... args)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of("sh", launcher.toString()), Stream.of(args))
                .toList());
        Path out = root.resolve("out");
        Path err = root.resolve("err");
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
        builder.environment().put("PATH", root.resolve("bin") + ":/usr/bin:/bin");
        builder.environment().remove("PINFOLD_JAVA_OPTS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "The launcher hangs");
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err), process.pid());
    }

    private record Result(int exitCode, String out, String err, long pid) {}
}
