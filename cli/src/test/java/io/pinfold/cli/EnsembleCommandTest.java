package io.pinfold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class EnsembleCommandTest {
    private static final Pattern PROCESS = Pattern.compile("pinfold: member (\\d) is process (\\d+), .*");

    @TempDir
    private Path dir;

    @Test
    @DisabledOnOs(OS.WINDOWS) // which has no SIGTERM
    void runsMembersThatOutliveOneOfThemAndEndTogether() throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        Process ensemble = launch("ensemble", "3", "--base-port", "" + port, "--data", dir.toString());
        try (BufferedReader out = ensemble.inputReader(UTF_8)) {
            List<ProcessHandle> members = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                Matcher line = PROCESS.matcher(out.readLine());
                assertTrue(line.matches());
                members.add(ProcessHandle.of(Long.parseLong(line.group(2))).orElseThrow());
            }
            String servers = "127.0.0.1:" + port + ",127.0.0.1:" + (port + 1) + ",127.0.0.1:" + (port + 2);
            assertEquals("pinfold: serving clients on " + servers, out.readLine());

            members.get(0).destroyForcibly();
            assertEquals(
                    "pinfold: member 1 ended with exit code 137; it comes back with: pinfold server "
                            + dir.resolve("member-1/zoo.cfg"),
                    out.readLine());
            try (PinfoldClient client = PinfoldClient.connect("127.0.0.1:" + (port + 1) + ",127.0.0.1:" + (port + 2))) {
                client.create("/without-the-first", new byte[0]);
            }

            ensemble.destroy();
            assertTrue(ensemble.waitFor(30, TimeUnit.SECONDS));
            assertEquals(
                    List.of(), members.stream().filter(ProcessHandle::isAlive).toList());
        } finally {
            ensemble.destroyForcibly();
        }
    }

    @Test
    void anotherNumberOfMembersIsOneSentence() throws IOException {
        Files.createDirectories(dir.resolve("member-5"));

        Invocation run = Invocation.of("ensemble 4 --data " + dir);

        assertEquals(2, run.exitCode());
        assertEquals("pinfold: --data " + dir + " belongs to an ensemble with another number of members\n", run.err());
    }

    @Test
    void aNumberOutOfRangeIsOneSentence() {
        Invocation run = Invocation.of("ensemble 10 --data " + dir);

        assertEquals(2, run.exitCode());
        assertEquals("pinfold: N is 10; allowed is 1 to 9\n", run.err());
    }

    private static Process launch(String... args) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = Stream.concat(
                        Stream.of(java, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")),
                        Stream.concat(Stream.of(Main.class.getName()), Stream.of(args)))
                .toList();
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
