package io.pinfold.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.election.Leader;
import io.pinfold.election.LeaderObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Commands that run while a candidate leads. */
@DisabledOnOs(OS.WINDOWS) // the commands are shell scripts
class ElectCommandTest extends CommandScene {
    @Test
    void runsTheCommandWithTheTermInItsEnvironmentAndEndsWithItsCode() throws IOException {
        Path said = dir.resolve("said");

        Invocation run = elect(
                "/elections/told",
                "--candidate",
                "me",
                "--",
                "sh",
                "-c",
                "echo $PINFOLD_TERM $PINFOLD_TOKEN $PINFOLD_CANDIDATE > " + said + "; exit 3");

        assertEquals(3, run.exitCode(), run.err());
        String[] words = Files.readString(said).trim().split(" ");
        assertTrue(Long.parseLong(words[0]) > 0);
        assertEquals(words[0], words[1]);
        assertEquals("me", words[2]);
    }

    @Test
    void campaignsAgainAfterALossIfToldSo() throws Exception {
        Path terms = dir.resolve("terms");
        String once =
                "echo $PINFOLD_TERM >> " + terms + "; [ $(wc -l < " + terms + ") -gt 1 ] && exit 4; exec sleep 1000";
        try (LeaderObserver observer = LeaderObserver.at(client, "/elections/again")) {
            CompletableFuture<Invocation> run = CompletableFuture.supplyAsync(
                    () -> elect("/elections/again", "--again", "--metadata", "here:1", "--", "sh", "-c", once));
            Leader first = observer.awaitLeader(Duration.ofSeconds(30)).orElseThrow();
            assertEquals("here:1", first.metadata());
            Awaitility.await().until(() -> Files.exists(terms));

            assertTrue(server.expireSession(first.sessionId()));

            assertEquals(4, run.join().exitCode(), run.join().err());
            assertTrue(
                    run.join().err().endsWith(": the server ended the session\n"),
                    run.join().err());
            List<String> led = Files.readAllLines(terms);
            assertEquals(2, led.size());
            assertTrue(Long.parseLong(led.get(0)) < Long.parseLong(led.get(1)), led.toString());
        }
    }

    private static Invocation elect(String... args) {
        return invoke("elect", args);
    }
}
