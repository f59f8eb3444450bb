package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.LeaseLostException;
import io.pinfold.PinfoldException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.scene.Servers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the job guard promises, on either server; the hour is what the test says. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class JobGuardTest extends RecipeScene {
    private final AtomicInteger hour = new AtomicInteger(10);
    private JobGuard here;
    private JobGuard there;

    @BeforeEach
    void open() {
        here = hourly(client).build();
        there = hourly(other).build();
    }

    @Test
    void aSlotIsRunOnceAndTheNextOneAgain() throws Exception {
        List<Long> slots = new ArrayList<>();

        assertTrue(here.runIfDue(run -> slots.add(run.slot())));
        assertFalse(here.runIfDue(run -> slots.add(run.slot())));
        assertFalse(there.runIfDue(run -> slots.add(run.slot())));
        hour.incrementAndGet();
        assertTrue(there.runIfDue(run -> slots.add(run.slot())));

        assertEquals(List.of(10L, 11L), slots);
    }

    @Test
    void nobodyElseRunsItMeanwhile() throws Exception {
        JobRun run = here.tryBegin().orElseThrow();

        assertEquals(Optional.empty(), there.tryBegin());
        assertEquals(Optional.empty(), get(there.tryBeginAsync()));
        assertEquals(Instant.EPOCH.plus(Duration.ofHours(10)), run.slotBegin());
        run.complete();
        assertEquals(Optional.empty(), there.tryBegin());
        get(run.closeAsync());
        hour.incrementAndGet();

        JobRun next = there.tryBegin().orElseThrow();
        assertTrue(next.fencingToken() > run.fencingToken());
        next.close();
        next.close();
        awaitChildren(path + "/running", 0);
    }

    @Test
    void ofManyThatTryAtOnceOneRunsIt() throws Exception {
        List<CompletableFuture<Optional<JobRun>>> attempts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            attempts.add((i % 2 == 0 ? here : there).tryBeginAsync());
        }
        int begun = 0;
        for (CompletableFuture<Optional<JobRun>> attempt : attempts) {
            Optional<JobRun> run = get(attempt);
            begun += run.isPresent() ? 1 : 0;
            run.ifPresent(JobRun::complete);
            run.ifPresent(JobRun::close);
        }

        assertEquals(1, begun);
    }

    @Test
    void aRunThatFailsLeavesTheSlotDue() throws Exception {
        assertThrows(
                IOException.class,
                () -> here.runIfDue(run -> {
                    throw new IOException("no paper");
                }));
        awaitChildren(path + "/running", 0);

        assertTrue(there.runIfDue(run -> assertEquals(10, run.slot())));
    }

    @Test
    void aRunThatLosesItsSessionLeavesTheSlotDueAndCannotCompleteIt() throws Exception {
        JobRun run = hourly(mortal(MOMENT)).build().tryBegin().orElseThrow();

        network.isolate();
        get(run.lease().lost());
        awaitChildren(path + "/running", 0);
        JobRun again = there.tryBegin().orElseThrow();
        network.restore();

        assertEquals(run.slot(), again.slot());
        assertThrows(PinfoldException.class, run::complete);
        assertEquals(OptionalLong.empty(), there.inspect().lastSlot());
        again.complete();
        assertEquals(again.fencingToken(), there.inspect().lastFencingToken());
    }

    @Test
    void aRunWhosePlaceIsTakenAwayCannotCompleteIt() throws Exception {
        JobRun run = here.tryBegin().orElseThrow();
        other.delete(run.lease().path());
        get(run.lease().lost());

        assertThrows(LeaseLostException.class, run::complete);

        assertTrue(there.tryBegin().isPresent());
    }

    @Test
    void whatIsRunAtMostOnceIsNotRepeated() throws Exception {
        JobGuard once = hourly(client).atMostOnce().build();

        assertThrows(
                IOException.class,
                () -> once.runIfDue(run -> {
                    throw new IOException("no paper");
                }));
        awaitChildren(path + "/running", 0);

        assertFalse(there.runIfDue(run -> {}));
        assertEquals(OptionalLong.of(10), there.inspect().lastSlot());
    }

    @Test
    void aLostReplyRecordsTheSlotOnce() throws Exception {
        JobRun run = here.tryBegin().orElseThrow();
        CompletableFuture<Void> happened = network.loseReply(MULTI, 1);

        run.complete();

        get(happened);
        assertEquals(OptionalLong.of(10), there.inspect().lastSlot());
        JobRun next = nextHour(here);
        CompletableFuture<Void> lost = network.loseRequest(MULTI, 1);
        next.complete();
        get(lost);
        assertEquals(OptionalLong.of(11), there.inspect().lastSlot());
    }

    @Test
    void missedSlotsAreMadeUpForOneByOne() throws Exception {
        JobGuard catching = hourly(client).catchUp(2).build();
        assertTrue(catching.runIfDue(run -> {}));
        hour.set(20);
        List<Long> slots = new ArrayList<>();

        while (catching.runIfDue(run -> slots.add(run.slot()))) {
            assertTrue(slots.size() <= 3);
        }

        assertEquals(List.of(18L, 19L, 20L), slots);
    }

    @Test
    void othersAreKeptOutUntilTheMinimumTimeIsOver() throws Exception {
        JobGuard slow = hourly(client).holdAtLeast(Duration.ofMillis(400)).build();
        long start = System.nanoTime();
        JobRun run = slow.tryBegin().orElseThrow();
        run.complete();
        hour.incrementAndGet();

        CompletableFuture<Void> over = run.closeAsync();
        assertEquals(Optional.empty(), there.tryBegin());
        get(over);

        assertWithin(400, 10_000, System.nanoTime() - start);
        assertTrue(there.tryBegin().isPresent());
    }

    @Test
    void showsTheLastSlotAndWhoRunsIt() throws Exception {
        assertEquals(new JobView(OptionalLong.empty(), "", 0, Optional.empty()), there.inspect());
        JobGuard alice = hourly(client).owner("alice").build();
        alice.runIfDue(run -> {});
        JobRun run = nextHour(alice);

        JobView view = there.inspect();

        assertEquals(OptionalLong.of(10), view.lastSlot());
        assertEquals("alice", view.lastOwner());
        assertEquals("alice", view.running().orElseThrow().owner());
        assertEquals(run.fencingToken(), view.running().orElseThrow().fencingToken());
    }

    @Test
    void saysWhatIsWrongWithItsUse() throws Exception {
        assertThrows(
                IllegalStateException.class,
                () -> JobGuard.builder(client, path).build());
        other.create(path + "-foreign", new byte[] {'?'});
        JobGuard foreign = JobGuard.builder(client, path + "-foreign")
                .period(Duration.ofHours(1))
                .build();
        assertThrows(IllegalStateException.class, foreign::tryBegin);
        assertThrows(IllegalStateException.class, foreign::inspect);
        PinfoldClient closed = connect("127.0.0.1:" + port);
        closed.close();
        JobGuard dead = hourly(closed).build();
        assertThrows(ClientClosedException.class, dead::tryBegin);
        assertInstanceOf(
                ClientClosedException.class,
                assertThrows(ExecutionException.class, () -> get(dead.tryBeginAsync()))
                        .getCause());
    }

    private JobRun nextHour(JobGuard guard) throws InterruptedException {
        awaitChildren(path + "/running", guard.inspect().running().isPresent() ? 1 : 0);
        guard.inspect().running().ifPresent(running -> other.delete(running.path()));
        hour.incrementAndGet();
        return guard.tryBegin().orElseThrow();
    }

    private JobGuard.Builder hourly(PinfoldClient owner) {
        return JobGuard.builder(owner, path)
                .period(Duration.ofHours(1))
                .clock(() -> Instant.EPOCH.plus(Duration.ofHours(hour.get())));
    }
}
