package io.pinfold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ServerCommandTest {
    @TempDir
    private Path dir;

    @Test
    @DisabledOnOs(OS.WINDOWS) // which has no SIGTERM
    void saysWhereItServesStopsOnSigtermAndKeepsWhatItAcknowledged() throws IOException, InterruptedException {
        Path config = Files.writeString(
                dir.resolve("zoo.cfg"),
                "dataDir=" + dir.resolve("data")
                        + "\nclientPort=0\nclientPortAddress=127.0.0.1\ntickTime=2000\ninitLimit=10\n");

        Process first = launch("server", config.toString());
        try (PinfoldClient client = PinfoldClient.connect(address(first))) {
            client.create("/kept", "value".getBytes(UTF_8));
        }
        first.destroy();
        assertTrue(first.waitFor(20, TimeUnit.SECONDS));
        assertEquals(143, first.exitValue());
        List<String> log = Files.readAllLines(dir.resolve("log"));
        assertTrue(log.get(0).contains("initLimit has no effect"), log.toString());
        assertTrue(log.get(log.size() - 1).contains("stopped"), log.toString());

        Process second = launch("server", config.toString());
        try (PinfoldClient client = PinfoldClient.connect(address(second))) {
            assertEquals("value", new String(client.get("/kept").data(), UTF_8));
        } finally {
            second.destroyForcibly();
        }
    }

    @Test
    void aDirectoryInUseIsOneSentenceAndExitCode1() throws IOException {
        try (PinfoldServer holder =
                PinfoldServer.start(ServerConfig.standalone().withDataDir(dir))) {
            Invocation run = Invocation.of("server --port 0 --data " + dir);

            assertTrue(holder.clientPort() > 0);
            assertEquals(1, run.exitCode());
            assertEquals("", run.out());
            assertEquals("pinfold: data directory " + dir + " is used by another process\n", run.err());
        }
    }

    @Test
    void aDamagedLogIsOneSentenceAndExitCode1() throws IOException {
        PinfoldServer.start(ServerConfig.standalone().withDataDir(dir)).close();
        Path log;
        try (Stream<Path> files = Files.list(dir)) {
            log = files.filter(file -> file.getFileName().toString().startsWith("log-"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(log);
        bytes[10] ^= 1;
        Files.write(log, bytes);

        Invocation run = Invocation.of("server --port 0 --data " + dir);

        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(log.getFileName().toString()), run.err());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS) // which does not remove files that are in use
    void aDiskThatFailsIsOneSentenceAndExitCode1() throws IOException, InterruptedException {
        Path data = dir.resolve("data");
        Process server = launch("server", "--port", "0", "--data", data.toString());
        try (PinfoldClient client = PinfoldClient.connect(address(server))) {
            delete(data);
            byte[] megabyte = new byte[1_000_000];
            for (int i = 0; i < 70; i++) { // more than one file of the log takes
                client.async().create("/n" + i, megabyte, CreateOptions.PERSISTENT);
            }

            assertTrue(server.waitFor(30, TimeUnit.SECONDS));
        } finally {
            server.destroyForcibly();
        }
        assertEquals(1, server.exitValue());
        List<String> log = Files.readAllLines(dir.resolve("log"));
        String last = log.get(log.size() - 1);
        assertTrue(
                last.startsWith(
                        "pinfold: the server stopped: the log cannot be written: could not write the log in " + data),
                last);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private Process launch(String... args) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = Stream.concat(
                        Stream.of(java, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")),
                        Stream.concat(Stream.of(Main.class.getName()), Stream.of(args)))
                .toList();
        return new ProcessBuilder(command)
                .redirectError(dir.resolve("log").toFile())
                .start();
    }

    private static String address(Process server) throws IOException {
        String line = new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8)).readLine();
        String announcement = "pinfold: serving clients on ";
        assertTrue(line != null && line.startsWith(announcement), "No announcement but " + line);
        return line.substring(announcement.length());
    }
}
