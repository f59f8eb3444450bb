package io.pinfold.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.testing.sim.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class SimCommandTest {
    @Test
    void aSeedRunsAndIsFoundClean() {
        Invocation run = Invocation.of("sim --seed 3");

        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().startsWith("seed 3: every promise was kept"), run.out());
    }

    @Test
    void manySeedsAreCountedWithTheStatesTheyReached() {
        Invocation run = Invocation.of("sim --without-recipes --seed 5 --seeds 3");

        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().startsWith("3 seeds from 5 on: every promise was kept"), run.out());
        assertTrue(run.out().contains("rarest states: "), run.out());
    }

    @Test
    void aFailureIsToldWithItsPlanAndTheCommandThatRunsItAgain() {
        Invocation run = Invocation.of("sim --without-recipes --break VOTE_LOST --seeds 2");

        assertEquals(1, run.exitCode());
        String again = run.out()
                .lines()
                .filter(line -> line.startsWith("again: ./pinfold "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(run.out()));
        Invocation second = Invocation.of(again.substring("again: ./pinfold ".length()));
        assertEquals(1, second.exitCode());
        assertEquals(run.out().lines().findFirst(), second.out().lines().findFirst());
    }

    @Test
    void seedsBehindOneThatFailsRunWhenAsked() {
        Invocation run = Invocation.of("sim --without-recipes --break VOTE_LOST --seeds 2 --threads 1 --keep-going");

        assertEquals(1, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("0 seeds from 1 on: "), run.out());
        String list = run.out().substring(run.out().indexOf("2 more seeds failed:"));
        assertTrue(list.contains("seed 1: ") && list.contains("seed 2: "), list);
    }

    @Test
    void aPlanRunsFromItsFile(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(
                dir.resolve("some.plan"), Planner.of(4).with(List.of()).text());

        Invocation run = Invocation.of("sim --plan " + file + " --story");

        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("is the first to commit"), run.out());
        assertTrue(run.out().contains("plan " + file + ": every promise was kept"), run.out());
    }

    @Test
    void aRuleThatDoesNotExistIsNotBroken() {
        Invocation run = Invocation.of("sim --break NOTHING");

        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("--break NOTHING is no rule"), run.err());
    }
}
