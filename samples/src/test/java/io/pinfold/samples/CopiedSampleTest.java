package io.pinfold.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each sample as a reader has it who copied that one file into a project that depends on what is published. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class CopiedSampleTest {
    private static final Path SOURCES = Path.of("src/main/java/io/pinfold/samples");
    private static final Pattern ALLOWED_IMPORT = Pattern.compile(
            "import (static )?(java\\.|io\\.pinfold\\.([A-Z]|(client|framework|locks|election|config|groups|queue|server)\\.[A-Z])).*");

    /** What a user has: our modules and what they bring, without this one and without what only tests need. */
    private static final String CLASS_PATH = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).startsWith(Path.of("target").toAbsolutePath()))
            .filter(entry -> entry.matches(
                    ".*(pinfold-|target.classes|netty-|slf4j-api|caffeine-|jackson-core-|HdrHistogram-|h2-).*"))
            .collect(Collectors.joining(File.pathSeparator));

    @TempDir
    private static Path dir;

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith("Sample.java") && !file.equals("Sample.java"))
                    .sorted()
                    .toList();
        }
    }

    @BeforeAll
    void compileEachFileAlone() throws IOException {
        for (String file : files()) {
            int result = ToolProvider.getSystemJavaCompiler()
                    .run(
                            null,
                            null,
                            null,
                            "-cp",
                            CLASS_PATH,
                            "-sourcepath",
                            "",
                            "-proc:none",
                            "-nowarn",
                            "-d",
                            dir.resolve(file).toString(),
                            SOURCES.resolve(file).toString());
            assertEquals(0, result, file + " does not compile without the others");
        }
    }

    @Test
    void eachPrimitiveHasItsFile() throws IOException {
        assertEquals(Sample.all().size(), files().size());
    }

    @ParameterizedTest
    @MethodSource("files")
    void fitsOnAPageAndNeedsOnlyWhatIsPublished(String file) throws IOException {
        List<String> lines = Files.readAllLines(SOURCES.resolve(file));

        assertTrue(lines.size() <= 100, file + " is too long to copy");
        assertEquals(
                List.of(),
                lines.stream()
                        .filter(line -> line.startsWith("import ")
                                && !ALLOWED_IMPORT.matcher(line).matches())
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("files")
    void startsAServerByItselfAndEndsWell(String file) throws IOException, InterruptedException {
        Result result = run(file);

        assertEquals(0, result.exitCode(), result.toString());
        assertTrue(result.out().contains("\nfault: "), result.out());
        assertTrue(result.out().lines().reduce((a, b) -> b).orElse("").startsWith("ok: "), result.out());
    }

    @ParameterizedTest
    @MethodSource("files")
    void playsOnServersElsewhere(String file) throws IOException, InterruptedException {
        try (PinfoldServer server = PinfoldServer.start(ServerConfig.standalone())) {
            Result result = run(file, server.connectString());

            assertEquals(0, result.exitCode(), result.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void failsWithExitStatus1(String file) throws IOException, InterruptedException {
        Result result = run(file, "no port:x");

        assertEquals(1, result.exitCode(), result.toString());
    }

    private Result run(String file, String... args) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = dir.resolve(file) + File.pathSeparator + CLASS_PATH;
        Path out = Files.createTempFile(dir, "out", "");
        Path err = Files.createTempFile(dir, "err", "");
        Process process = new ProcessBuilder(Stream.concat(
                                Stream.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath),
                                Stream.concat(
                                        Stream.of("io.pinfold.samples." + file.replace(".java", "")), Stream.of(args)))
                        .toList())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), file + " does not end: " + Files.readString(out));
        } finally {
            process.destroyForcibly();
        }
        return new Result(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }

    private record Result(int exitCode, String out, String err) {}
}
