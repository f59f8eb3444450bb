package io.pinfold.testing.kit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.SessionState;
import io.pinfold.framework.Codec;
import io.pinfold.testing.OpType;
import io.pinfold.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimulatedEnsembleTest {
    private static final byte[] DATA = {1, 2, 3};

    @SimulatedTest
    void blockingCallsWorkInSimulatedTime(SimulatedEnsemble ensemble, PinfoldClient client) {
        client.create("/a", DATA);

        assertArrayEquals(DATA, client.get("/a").data());
        assertArrayEquals(DATA, ensemble.read("/a").orElseThrow());
        assertTrue(ensemble.read("/b").isEmpty());
    }

    @SimulatedTest
    void minutesPassInAMoment(SimulatedEnsemble ensemble, PinfoldClient client) throws Exception {
        client.create("/sign", DATA, CreateMode.EPHEMERAL);
        Duration before = ensemble.elapsed();

        ensemble.advance(Duration.ofMinutes(5));

        assertEquals(Duration.ofMinutes(5), ensemble.elapsed().minus(before));
        assertEquals(SessionState.CONNECTED, client.session().state());
        assertTrue(ensemble.read("/sign").isPresent());
    }

    @SimulatedTest(seeds = 5)
    void aDroppedReplyLeavesTheRequestDone(SimulatedEnsemble ensemble, PinfoldClient client) {
        client.create("/a", DATA);
        CompletableFuture<Void> lost =
                ensemble.faults().dropReplyOf(client, OpType.SET).once();

        assertThrows(OutcomeUnknownException.class, () -> client.set("/a", new byte[] {9}));

        assertTrue(lost.isDone());
        assertArrayEquals(new byte[] {9}, ensemble.read("/a").orElseThrow());
    }

    @SimulatedTest(seeds = 5)
    void aDroppedRequestLeavesNothingDone(SimulatedEnsemble ensemble, PinfoldClient client) {
        client.create("/a", DATA);
        ensemble.faults().dropRequestOf(client, OpType.WRITE).nth(2);
        client.set("/a", DATA);

        assertThrows(OutcomeUnknownException.class, () -> client.set("/a", new byte[] {9}));

        assertArrayEquals(DATA, ensemble.read("/a").orElseThrow());
    }

    @SimulatedTest
    void anExpiredSessionTakesItsEphemeralsAlong(SimulatedEnsemble ensemble, PinfoldClient client) throws Exception {
        client.create("/sign", DATA, CreateMode.EPHEMERAL);
        long session = client.session().id();

        ensemble.faults().expire(client);

        assertTrue(ensemble.read("/sign").isEmpty());
        ensemble.until(() -> client.session().id() != session);
        client.create("/sign", DATA, CreateMode.EPHEMERAL);
    }

    @SimulatedTest
    void callbacksOfABusyProcessAreLateUntilAllIsHealed(SimulatedEnsemble ensemble, PinfoldClient client)
            throws Exception {
        client.create("/a", DATA);
        ensemble.faults().delayCallbacks(client, Duration.ofMinutes(10));
        assertTrue(timeOfARead(ensemble, client).toSeconds() > 1);

        ensemble.faults().heal();

        assertTrue(timeOfARead(ensemble, client).toSeconds() < 1);
    }

    private static Duration timeOfARead(SimulatedEnsemble ensemble, PinfoldClient client) throws Exception {
        Duration before = ensemble.elapsed();
        CompletableFuture<?> read = client.async().get("/a", null);
        ensemble.until(read::isDone);
        return ensemble.elapsed().minus(before);
    }

    @SimulatedTest(seeds = 5)
    void writesGoOnWhenTheLeaderDies(SimulatedEnsemble ensemble, PinfoldClient client) throws Exception {
        client.create("/x", DATA);

        int killed = ensemble.faults().killLeader();
        String path = client.create("/n", Codec.INT.encode(1), CreateOptions.PERSISTENT.withGuard())
                .path();

        assertNotEquals(killed, ensemble.faults().leader().orElseThrow());
        ensemble.faults().restart(killed);
        assertEquals(1, ensemble.read(path, Codec.INT).orElseThrow());
    }

    @SimulatedTest
    void aPausedProcessHearsOfItsLossWhenItWakesUp(SimulatedEnsemble ensemble, PinfoldClient client) throws Exception {
        client.create("/sign", DATA, CreateMode.EPHEMERAL);

        ensemble.faults().pause(client, Duration.ofSeconds(30));
        ensemble.advance(Duration.ofSeconds(10));

        assertTrue(ensemble.read("/sign").isEmpty());
        assertEquals(Duration.ZERO, client.session().remaining());
        long session = client.session().id();
        ensemble.until(() -> client.session().id() != session);
        assertTrue(ensemble.elapsed().compareTo(Duration.ofSeconds(30)) >= 0);
    }

    @SimulatedTest
    void programsOfAProcessStandStillAndDieWithIt(SimulatedEnsemble ensemble, PinfoldClient client) throws Exception {
        List<String> steps = new ArrayList<>();
        ensemble.start(client, "worker", () -> {
            for (int i = 0; ; i++) {
                steps.add("step " + i);
                ensemble.advance(Duration.ofSeconds(1));
            }
        });
        ensemble.advance(Duration.ofMillis(2500));
        assertEquals(List.of("step 0", "step 1", "step 2"), steps);

        ensemble.faults().pause(client, Duration.ofSeconds(10));
        ensemble.advance(Duration.ofSeconds(9));
        assertEquals(3, steps.size());

        ensemble.advance(Duration.ofMillis(1500));
        assertEquals(4, steps.size());
        ensemble.faults().kill(client);
        ensemble.advance(Duration.ofSeconds(5));
        assertEquals(4, steps.size());
    }

    @SimulatedTest
    void aMinorityServesNobodyUntilItIsHealed(SimulatedEnsemble ensemble, PinfoldClient client) throws Exception {
        client.create("/a", DATA);
        int leader = ensemble.faults().leader().orElseThrow();
        ensemble.faults().partition(leader);

        client.set("/a", new byte[] {2});
        assertNotEquals(leader, ensemble.faults().leader().orElseThrow());

        ensemble.faults().heal();
        client.set("/a", new byte[] {3});
        assertArrayEquals(new byte[] {3}, ensemble.read("/a").orElseThrow());
    }

    @SimulatedTest
    void aPausedMemberComesBack(SimulatedEnsemble ensemble, PinfoldClient client) throws Exception {
        int leader = ensemble.faults().leader().orElseThrow();
        ensemble.faults().pause(leader);
        client.create("/a", DATA);
        ensemble.faults().resume(leader);
        ensemble.until(ensemble::allServe);

        ensemble.faults().powerOff(leader);
        client.set("/a", new byte[] {3});
        ensemble.faults().heal();

        assertArrayEquals(new byte[] {3}, ensemble.read("/a").orElseThrow());
    }

    @SimulatedTest
    void anIsolatedClientConnectsWhenItIsRestored(SimulatedEnsemble ensemble, PinfoldClient client) throws Exception {
        client.create("/a", DATA);
        ensemble.faults().isolate(client);
        CompletableFuture<?> write = client.async().set("/a", new byte[] {2}, -1);
        ensemble.advance(Duration.ofSeconds(1));
        assertFalse(write.isDone());

        ensemble.faults().restore(client);

        ensemble.await(write);
        ensemble.faults().disconnect(client);
        client.get("/a");
    }

    @Test
    void theSameSeedTellsTheSameStory() throws Exception {
        assertEquals(story(7), story(7));
        assertNotEquals(story(7), story(8));
    }

    private static List<Duration> story(long seed) throws Exception {
        List<Duration> moments = new ArrayList<>();
        SimulatedEnsemble.run(3, seed, ensemble -> {
            PinfoldClient client = ensemble.client("a");
            for (int i = 0; i < 20; i++) {
                client.create("/" + i, DATA);
                moments.add(ensemble.elapsed());
            }
        });
        return moments;
    }

    @Test
    void aFailureOfAnyProgramSaysItsSeed() {
        AssertionError failure = assertThrows(
                AssertionError.class,
                () -> SimulatedEnsemble.run(1, 5, ensemble -> {
                    ensemble.start("other", () -> {
                        throw new AssertionError("as expected");
                    });
                    ensemble.advance(Duration.ofSeconds(1));
                }));

        assertEquals("as expected", failure.getMessage());
        assertEquals("seed 5 of 1 members", failure.getSuppressed()[0].getMessage());
    }

    @Test
    void waitingInVainFails() {
        AssertionError failure = assertThrows(
                AssertionError.class,
                () -> SimulatedEnsemble.run(1, 5, ensemble -> ensemble.await(new CompletableFuture<>())));

        assertTrue(failure.getMessage().contains("waits in vain"), failure.getMessage());
    }

    @Test
    void aThreadThatTheSimulationDoesNotKnowIsToldSo() {
        IllegalStateException failure = assertThrows(
                IllegalStateException.class,
                () -> SimulatedEnsemble.run(1, 5, ensemble -> {
                    PinfoldClient client = ensemble.client("a");
                    Thread stranger = new Thread(() -> client.async().sync("/"), "stranger");
                    stranger.setUncaughtExceptionHandler((thread, problem) -> {});
                    stranger.start();
                    stranger.join();
                    ensemble.advance(Duration.ofSeconds(1));
                }));

        assertTrue(failure.getMessage().contains("stranger"), failure.getMessage());
    }

    @Test
    void whatIsLeftWaitingIsUnwound() throws Exception {
        List<Thread> left = new ArrayList<>();
        List<String> steps = new ArrayList<>();

        SimulatedEnsemble.run(1, 5, ensemble -> {
            ensemble.start("worker", () -> {
                left.add(Thread.currentThread());
                try {
                    ensemble.await(new CompletableFuture<>());
                } finally {
                    steps.add("unwound");
                }
            });
            ensemble.advance(Duration.ofSeconds(1));
        });

        assertFalse(left.get(0).isAlive());
        assertEquals(List.of("unwound"), steps);
    }
}
