package io.pinfold.election;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinfold.ConnectionLostException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the election promises, on either server; {@code client} reaches it through a network that breaks. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class ElectionTest extends ElectionScene {
    @Test
    void electsInCuratorsLayout() throws Exception {
        try (Leadership leadership = candidate(client, "node-1").build().campaign()) {
            assertTrue(leadership.isHeld());
            assertEquals("node-1", leadership.candidate());
            assertEquals(leadership.fencingToken(), leadership.term());
            assertTrue(leadership.path().matches(path + "/_c_[0-9a-f-]{36}-latch-[0-9]{10}"), leadership.path());
            assertEquals("node-1", new String(other.get(leadership.path()).data(), UTF_8));
        }
    }

    @Test
    void electsTheNextOneWithALargerTermWhenTheLeaderResigns() throws Exception {
        Leadership first = candidate(client, "a").build().campaign();
        CompletableFuture<Leadership> next = candidate(other, "b").build().campaignAsync();
        awaitCandidates(2);

        first.resign();

        Leadership second = next.get(10, TimeUnit.SECONDS);
        assertTrue(second.term() > first.term());
        assertEquals(LeaseState.RELEASED, first.state());
    }

    @Test
    void whoHasAHandicapLetsOthersGoFirst() throws Exception {
        CompletableFuture<Leadership> late = candidate(client, "late")
                .handicap(Duration.ofMillis(300))
                .build()
                .campaignAsync();
        Leadership preferred = candidate(other, "preferred").build().campaign();

        awaitCandidates(2);
        assertFalse(late.isDone());
        preferred.resign();
        late.get(10, TimeUnit.SECONDS).resign();
    }

    @Test
    void whoGivesUpDuringItsHandicapNeverEnters() throws Exception {
        LeaderElection late =
                candidate(client, "late").handicap(Duration.ofMillis(50)).build();

        assertEquals(Optional.empty(), late.tryCampaign(Duration.ofMillis(1)));
        candidate(client, "next")
                .handicap(Duration.ofMillis(100))
                .build()
                .campaign()
                .resign();

        awaitCandidates(0);
    }

    @Test
    void givesACampaignUpInTime() throws Exception {
        Leadership leader = candidate(other, "a").build().campaign();

        assertEquals(Optional.empty(), candidate(client, "b").build().tryCampaign(Duration.ofMillis(200)));

        awaitCandidates(1);
        assertTrue(leader.isHeld());
        PinfoldClient lonely = connect("127.0.0.1:1");
        assertThrows(
                ConnectionLostException.class,
                () -> candidate(lonely, "c").build().tryCampaign(Duration.ofMillis(500)));
    }

    @Test
    void runsTheBodyAgainAndAgainUntilItIsClosed() throws Exception {
        LeaderElection election = candidate(client, "a").build();
        List<Long> terms = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> ended = run(election, leadership -> terms.add(leadership.term()));

        await().until(() -> terms.size() >= 3);
        election.close();

        ended.get(10, TimeUnit.SECONDS);
        assertEquals(ElectionState.CLOSED, election.state());
        assertEquals(terms.stream().sorted().distinct().toList(), List.copyOf(terms));
        awaitCandidates(0);
        assertThrows(IllegalStateException.class, () -> election.run(leadership -> {}));
        election.close();
    }

    @Test
    void neverRunsTwoBodiesAtOnce() throws Exception {
        AtomicInteger leading = new AtomicInteger();
        AtomicInteger terms = new AtomicInteger();
        List<LeaderElection> elections = List.of(
                candidate(client, "a").build(),
                candidate(other, "b").build(),
                candidate(client, "c").build());
        List<CompletableFuture<Void>> ended = new ArrayList<>();
        for (LeaderElection election : elections) {
            ended.add(run(election, leadership -> {
                assertEquals(1, leading.incrementAndGet());
                leading.decrementAndGet();
                terms.incrementAndGet();
            }));
        }

        await().until(() -> terms.get() > 60);

        elections.forEach(LeaderElection::close);
        for (CompletableFuture<Void> end : ended) {
            end.get(10, TimeUnit.SECONDS);
        }
        assertTrue(elections.stream().allMatch(election -> election.failure().isEmpty()));
    }

    @Test
    void interruptsTheBodyWhenLeadershipIsLostAndCampaignsAgainWhenItReturned() throws Exception {
        LeaderElection election = candidate(client, "a").build();
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        List<Leadership> terms = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> ended = run(election, leadership -> {
            terms.add(leadership);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                mayReturn.await();
            }
        });
        await().until(() -> election.state() == ElectionState.LEADING);

        other.delete(terms.get(0).path());

        assertTrue(interrupted.await(10, TimeUnit.SECONDS));
        assertEquals(ElectionState.REVOKED, election.state());
        assertEquals(LeaseState.LOST, terms.get(0).state());
        assertEquals(1, terms.size());
        mayReturn.countDown();
        await().until(() -> terms.size() == 2);
        election.close();
        ended.get(10, TimeUnit.SECONDS);
        assertEquals(Optional.empty(), election.failure());
    }

    @Test
    void anotherLeadsOnlyAfterTheFirstOneIsToldToStop() throws Exception {
        LeaderElection first = candidate(mortal(MOMENT), "a").build();
        CompletableFuture<Long> stopped = new CompletableFuture<>();
        run(first, leadership -> {
            try {
                new CountDownLatch(1).await();
            } finally {
                stopped.complete(System.nanoTime());
            }
        });
        await().until(() -> first.state() == ElectionState.LEADING);
        CompletableFuture<Long> elected =
                candidate(other, "b").build().campaignAsync().thenApply(leadership -> System.nanoTime());
        awaitCandidates(2);

        network.isolate();

        assertTrue(stopped.get(20, TimeUnit.SECONDS) < elected.get(20, TimeUnit.SECONDS));
        network.restore();
        first.close();
    }

    @Test
    void aConnectionThatIsBackJustAfterTheLossLetsNobodyInBeforeTheBodyReturned() throws Exception {
        PinfoldClient late = mortal(Duration.ofSeconds(2));
        LeaderElection first = candidate(late, "a").build();
        List<Leadership> terms = new CopyOnWriteArrayList<>();
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        run(first, leadership -> {
            terms.add(leadership);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                mayReturn.await();
            }
        });
        await().until(() -> terms.size() == 1);
        long session = late.session().id();
        CompletableFuture<Leadership> next = candidate(other, "b").build().campaignAsync();
        awaitCandidates(2);

        network.isolate();
        assertTrue(interrupted.await(20, TimeUnit.SECONDS));
        network.restore();
        boolean inPlace = late.exists(terms.get(0).path()).isPresent();

        assumeTrue(late.session().id() == session, "the machine was too slow: the session is over");
        assertTrue(inPlace);
        assertFalse(next.isDone());
        mayReturn.countDown();
        assertTrue(next.get(10, TimeUnit.SECONDS).term() > terms.get(0).term());
        first.close();
    }

    @Test
    void keepsLeadingThroughALostConnectionUnlessToldOtherwise() throws Exception {
        LeaderElection steady = candidate(client, "a").build();
        AtomicInteger terms = new AtomicInteger();
        run(steady, leadership -> {
            terms.incrementAndGet();
            new CountDownLatch(1).await();
        });
        String elsewhere = path + "-cautious";
        LeaderElection cautious = LeaderElection.builder(client, elsewhere)
                .candidate("a")
                .revokeOn(LeaseState.UNCERTAIN)
                .build();
        AtomicInteger cautiousTerms = new AtomicInteger();
        run(cautious, leadership -> {
            cautiousTerms.incrementAndGet();
            new CountDownLatch(1).await();
        });
        await().until(() -> terms.get() == 1 && cautiousTerms.get() == 1);

        network.cut();

        await().until(() -> cautiousTerms.get() == 2);
        assertEquals(1, terms.get());
        assertEquals(ElectionState.LEADING, steady.state());
        steady.close();
        cautious.close();
    }

    @Test
    void reportsWhatTheBodyThrowsAndGoesOn() throws Exception {
        List<RuntimeException> reported = new CopyOnWriteArrayList<>();
        LeaderElection election =
                candidate(client, "a").onFailure(reported::add).build();
        IllegalStateException failure = new IllegalStateException("on purpose");
        CountDownLatch recovered = new CountDownLatch(1);
        run(election, leadership -> {
            if (reported.isEmpty()) {
                throw failure;
            }
            recovered.countDown();
            new CountDownLatch(1).await();
        });

        assertTrue(recovered.await(10, TimeUnit.SECONDS));

        assertEquals(List.of(failure), reported);
        assertSame(failure, election.failure().orElseThrow());
        election.close();
    }

    @Test
    void anInterruptFromOutsideEndsTheRun() throws Exception {
        LeaderElection election = candidate(client, "a").build();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        CountDownLatch leading = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            try {
                election.run(leadership -> {
                    leading.countDown();
                    new CountDownLatch(1).await();
                });
            } catch (InterruptedException e) {
                thrown.complete(e);
            }
        });
        thread.start();
        assertTrue(leading.await(10, TimeUnit.SECONDS));
        assertThrows(IllegalStateException.class, () -> election.run(leadership -> {}));

        thread.interrupt();

        assertInstanceOf(InterruptedException.class, thrown.get(10, TimeUnit.SECONDS));
        awaitCandidates(0);
        assertEquals(ElectionState.IDLE, election.state());
        election.close();
    }

    @Test
    void closingFromTheBodyEndsTheRun() throws Exception {
        LeaderElection election = candidate(client, "a").build();

        election.run(leadership -> election.close());

        assertFalse(Thread.currentThread().isInterrupted());
        assertEquals(ElectionState.CLOSED, election.state());
        awaitCandidates(0);
    }

    @Test
    void anObserverSeesEveryLeaderInOrder() throws Exception {
        List<Optional<Leader>> seen = new CopyOnWriteArrayList<>();
        LeaderObserver observer = open(LeaderObserver.at(other, path));
        observer.onChange(seen::add);
        await().until(() -> seen.equals(List.of(Optional.empty())));
        assertEquals(Optional.empty(), observer.awaitLeader(Duration.ofMillis(50)));

        Leadership a = candidate(client, "a").build().campaign();
        await().until(() -> seen.size() == 2);
        CompletableFuture<Leadership> next = candidate(client, "b").build().campaignAsync();
        awaitCandidates(2);
        assertEquals(
                List.of("a", "b"),
                observer.candidates().stream().map(Candidate::id).toList());
        a.resign();
        Leadership b = next.get(10, TimeUnit.SECONDS);
        await().until(() -> seen.size() == 3);
        b.resign();
        await().until(() -> seen.size() == 4);

        assertEquals(
                List.of(Optional.empty(), Optional.of(leader("a", a)), Optional.of(leader("b", b)), Optional.empty()),
                seen);
        assertEquals(Optional.empty(), observer.leader());
    }

    @Test
    void anObserverWaitsForALeader() throws Exception {
        LeaderObserver observer = open(LeaderObserver.at(other, path));
        CompletableFuture<Optional<Leader>> awaited = CompletableFuture.supplyAsync(() -> {
            try {
                return observer.awaitLeader(Duration.ofSeconds(20));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        Leadership leadership = candidate(client, "a").build().campaign();

        assertEquals(leader("a", leadership), awaited.get(10, TimeUnit.SECONDS).orElseThrow());
        assertEquals(
                leader("a", leadership),
                observer.awaitLeader(ChronoUnit.FOREVER.getDuration()).orElseThrow());
        awaitLeader(observer, leadership);
    }

    @Test
    void anObserverSurvivesTheEndOfItsSession() throws Exception {
        PinfoldClient brief = mortal(MOMENT);
        LeaderObserver observer = open(LeaderObserver.at(brief, path));
        Leadership a = candidate(other, "a").build().campaign();
        awaitLeader(observer, a);
        long session = brief.session().id();

        network.isolate();
        a.resign();
        Leadership b = candidate(other, "b").build().campaign();
        await().until(() -> other.exists("/").isPresent()
                && (brief.session().remaining().isZero() || brief.session().id() != session));
        network.restore();

        awaitLeader(observer, b);
        b.resign();
        awaitLeader(observer, candidate(other, "c").build().campaign());
    }

    @Test
    void aClosedObserverIsSilent() throws Exception {
        LeaderObserver observer = LeaderObserver.at(other, path);
        List<Optional<Leader>> seen = new CopyOnWriteArrayList<>();
        var listening = observer.onChange(seen::add);
        await().until(() -> seen.size() == 1);

        listening.close();
        Leadership a = candidate(client, "a").build().campaign();
        awaitLeader(observer, a);
        assertEquals(1, seen.size());
        observer.close();
        observer.close();

        assertEquals(Optional.empty(), observer.awaitLeader(Duration.ofSeconds(20)));
    }
}
