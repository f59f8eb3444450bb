package io.pinfold.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.framework.Lease;
import io.pinfold.locks.DistributedLock;
import io.pinfold.locks.LockPlace;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Commands that run while a lock is held. */
@DisabledOnOs(OS.WINDOWS) // the commands are shell scripts
class LockCommandTest extends CommandScene {
    @Test
    void runsTheCommandWithTheTokenInItsEnvironmentAndEndsWithItsCode() throws IOException {
        Invocation run = lock(
                "/locks/told",
                "--owner",
                "me",
                "--",
                "sh",
                "-c",
                "echo $PINFOLD_TOKEN $PINFOLD_PATH $PINFOLD_LEASE $PINFOLD_SESSION $PINFOLD_SERVERS > " + file("said")
                        + "; exit 7");

        assertEquals(7, run.exitCode(), run.err());
        String[] words = Files.readString(file("said")).trim().split(" ");
        assertTrue(Long.parseLong(words[0]) > 0);
        assertEquals("/locks/told", words[1]);
        assertTrue(words[2].startsWith("/locks/told/_c_"), words[2]);
        assertTrue(words[3].startsWith("0x"), words[3]);
        assertEquals(server.connectString(), words[4]);
        assertEquals("", run.out() + run.err());
        assertTrue(lockAt("/locks/told").inspect().isFree());
    }

    @Test
    void holdsTheLockWhileTheCommandRunsAndShowsWhoItIs() throws IOException {
        CompletableFuture<Invocation> run = begin(
                "/locks/held",
                "--owner",
                "me",
                "--",
                "sh",
                "-c",
                started() + "; until [ -e " + file("go") + " ]; do sleep 0.02; done");
        child(run);
        LockPlace holder = lockAt("/locks/held").inspect().holder().orElseThrow();

        assertEquals("me", holder.owner());
        assertEquals(73, lock("/locks/held", "--try", "true").exitCode());
        Invocation late = lock("/locks/held", "--wait", "100ms", "true");
        assertEquals(73, late.exitCode());
        assertEquals("pinfold: /locks/held was not to be had within 100 ms\n", late.err());
        Files.writeString(dir.resolve("go"), "\n");
        assertEquals(0, run.join().exitCode(), run.join().err());
    }

    @Test
    void endsTheCommandAndWhatItStartedWhenTheLockIsLost() throws Exception {
        CompletableFuture<Invocation> run =
                begin("/locks/lost", "--", "sh", "-c", "sleep 1000 & " + started() + "; wait");
        ProcessHandle child = child(run);
        List<ProcessHandle> family =
                Stream.concat(Stream.of(child), child.descendants()).toList();

        LockPlace holder = lockAt("/locks/lost").inspect().holder().orElseThrow();
        assertTrue(server.expireSession(holder.sessionId()));

        assertEquals(75, run.join().exitCode());
        assertEquals(
                "pinfold: lost " + holder.path() + ": the server ended the session\n",
                run.join().err());
        for (ProcessHandle each : family) {
            each.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void killsACommandThatDoesNotEnd() throws Exception {
        CompletableFuture<Invocation> run = begin(
                "/locks/stubborn",
                "--grace",
                "20ms",
                "--",
                "sh",
                "-c",
                "trap '' TERM; " + started() + "; while :; do sleep 0.05; done");
        ProcessHandle child = child(run);

        LockPlace holder = lockAt("/locks/stubborn").inspect().holder().orElseThrow();
        lockAt("/locks/stubborn").forceRelease(holder).join();

        assertEquals(75, run.join().exitCode());
        assertEquals(
                "pinfold: lost " + holder.path() + ": somebody deleted its znode\n",
                run.join().err());
        assertFalse(child.isAlive());
    }

    @Test
    void endsTheCommandBeforeAServerThatIsSilentCanGiveTheLockAway() throws Exception {
        PinfoldServer silent = PinfoldServer.start(ServerConfig.standalone().withTickTime(Duration.ofMillis(100)));
        CompletableFuture<Invocation> run;
        try (silent) {
            String loop = loop();
            run = CompletableFuture.supplyAsync(() -> Invocation.of(
                    "lock",
                    "-s",
                    silent.connectString(),
                    "--session-timeout",
                    "2s",
                    "/silent",
                    "--",
                    "sh",
                    "-c",
                    loop));
            child(run);
        }

        assertEquals(75, run.join().exitCode());
        assertTrue(
                run.join().err().endsWith("no server answered for so long that the session may end\n"),
                run.join().err());
    }

    @Test
    void endsTheCommandAtOnceWhenUncertainIfToldSo() throws Exception {
        PinfoldServer gone = PinfoldServer.start(ServerConfig.standalone().withTickTime(Duration.ofSeconds(2)));
        CompletableFuture<Invocation> run;
        try (gone) {
            String loop = loop();
            run = CompletableFuture.supplyAsync(() -> Invocation.of(
                    "lock",
                    "-s",
                    gone.connectString(),
                    "--session-timeout",
                    "4s",
                    "--uncertain",
                    "stop",
                    "/gone",
                    "--",
                    "sh",
                    "-c",
                    loop));
            child(run);
        }

        assertEquals(75, run.join().exitCode());
        assertTrue(
                run.join().err().endsWith(": the connection is lost\n"),
                run.join().err());
    }

    @Test
    void waitsForItsTurn() throws Exception {
        CompletableFuture<Invocation> run;
        try (Lease first = lockAt("/locks/turn").acquire()) {
            run = begin("/locks/turn", "--", "sh", "-c", "echo $PINFOLD_TOKEN > " + file("token"));
            while (lockAt("/locks/turn").inspect().waiters().isEmpty()) {
                assertFalse(run.isDone());
            }
            assertFalse(Files.exists(file("token")));
            first.ensureHeld();
        }

        assertEquals(0, run.join().exitCode());
        assertTrue(Files.exists(file("token")));
    }

    @Test
    void saysWhatKeepsACommandFromRunning() {
        assertEquals(127, lock("/locks/none", "--", "no-such-command-anywhere").exitCode());
        assertEquals(126, lock("/locks/none", "--", dir.toString()).exitCode());
        assertTrue(lockAt("/locks/none").inspect().isFree());
        assertEquals(
                69,
                Invocation.of("lock", "-s", "127.0.0.1:1", "--connect-timeout", "50ms", "/x", "--", "true")
                        .exitCode());
        assertEquals(2, Invocation.of("lock", "/x").exitCode());
        assertEquals(2, lock("no-path", "--", "true").exitCode());
        assertEquals(2, lock("/x", "--wait", "soon", "--", "true").exitCode());
    }

    @Test
    void passesASignalOnAndLeavesTheOutputAlone() throws Exception {
        String script = "trap 'echo ending; exit 5' TERM; printf 'a b'; " + loop();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process pinfold = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "lock",
                        "-s",
                        server.connectString(),
                        "/locks/signal",
                        "--",
                        "sh",
                        "-c",
                        script)
                .redirectOutput(file("out").toFile())
                .redirectError(file("err").toFile())
                .start();
        child(pinfold.onExit());

        pinfold.destroy();

        assertTrue(pinfold.waitFor(30, TimeUnit.SECONDS));
        assertEquals(5, pinfold.exitValue());
        assertEquals("a bending\n", Files.readString(file("out")));
        assertEquals("", Files.readString(file("err")));
        assertTrue(lockAt("/locks/signal").inspect().isFree());
    }

    private static DistributedLock lockAt(String path) {
        return DistributedLock.at(client, path);
    }

    private static Invocation lock(String... args) {
        return invoke("lock", args);
    }

    private static CompletableFuture<Invocation> begin(String... args) {
        return CompletableFuture.supplyAsync(() -> lock(args));
    }

    /** {@return shell code that says that it runs, and who it is} */
    private String started() {
        return "echo $$ > " + file("starting") + "; mv " + file("starting") + " " + file("started");
    }

    private String loop() {
        return started() + "; while :; do sleep 0.05; done";
    }

    /** {@return the command, once it runs} */
    private ProcessHandle child(CompletableFuture<?> run) throws IOException {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(file("started")) || run.isDone());
        return ProcessHandle.of(Long.parseLong(Files.readString(file("started")).trim()))
                .orElseThrow();
    }

    private Path file(String name) {
        return dir.resolve(name);
    }
}
