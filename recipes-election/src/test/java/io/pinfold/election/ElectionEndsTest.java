package io.pinfold.election;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.NoNodeException;
import io.pinfold.NotEmptyException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.election.TermEnd.Reason;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How terms, runs and campaigns end, and that all of them say so; on either server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class ElectionEndsTest extends ElectionScene {
    private static final LeaderBody FOREVER = leadership -> new CountDownLatch(1).await();
    private static final Duration SOON = Duration.ofMillis(10);

    private final List<TermEnd> ends = new CopyOnWriteArrayList<>();

    @Test
    void everyEndOfATermSaysWhy() throws Exception {
        LeaderElection election =
                reporting(client).revokeOn(LeaseState.UNCERTAIN).build();
        AtomicInteger terms = new AtomicInteger();
        List<Leadership> leaderships = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> ended = run(election, leadership -> {
            leaderships.add(leadership);
            switch (terms.getAndIncrement()) {
                case 0 -> {}
                case 1 -> throw new IllegalStateException("on purpose");
                default -> new CountDownLatch(1).await();
            }
        });
        await().until(() -> terms.get() == 3);

        other.delete(leaderships.get(2).path());
        await().until(() -> terms.get() == 4);
        network.cut();
        await().until(() -> terms.get() == 5);
        election.resign();
        await().until(() -> terms.get() == 6);
        election.close();
        ended.get(10, TimeUnit.SECONDS);

        List<Reason> reasons = List.of(
                Reason.RESIGNED,
                Reason.BODY_FAILED,
                Reason.NODE_DELETED,
                Reason.UNCERTAIN,
                Reason.RESIGNED,
                Reason.ELECTION_CLOSED);
        await().until(() -> ends.size() == reasons.size());
        assertEquals(reasons, ends.stream().map(TermEnd::reason).toList());
        for (int i = 0; i < reasons.size(); i++) {
            assertEquals(leaderships.get(i).term(), ends.get(i).term());
            assertEquals(ends.get(i), leaderships.get(i).ended().get(10, TimeUnit.SECONDS));
        }
        TermStats stats = election.stats();
        assertEquals(6, stats.terms());
        assertEquals(
                Map.of(
                        Reason.RESIGNED,
                        2L,
                        Reason.BODY_FAILED,
                        1L,
                        Reason.NODE_DELETED,
                        1L,
                        Reason.UNCERTAIN,
                        1L,
                        Reason.ELECTION_CLOSED,
                        1L),
                stats.ends());
        assertEquals(Optional.of(ends.get(5)), stats.last());
        assertEquals(ends.stream().map(TermEnd::lasted).reduce(Duration.ZERO, Duration::plus), stats.led());
    }

    @Test
    void aTermThatEndsBySilenceOrWithTheClientSaysSo() throws Exception {
        Leadership silent = reporting(mortal(MOMENT)).build().campaign();
        network.isolate();
        assertEquals(
                Reason.TIME_RAN_OUT, silent.ended().get(20, TimeUnit.SECONDS).reason());
        assertEquals(LeaseState.LOST, silent.state());
        network.restore();
        PinfoldClient brief = connect("127.0.0.1:" + port);
        Leadership cutShort = LeaderElection.builder(brief, path + "-2").build().campaign();

        brief.close();

        assertEquals(
                Reason.CLIENT_CLOSED, cutShort.ended().get(10, TimeUnit.SECONDS).reason());
    }

    @Test
    void anInterruptedRunSaysSo() throws Exception {
        LeaderElection election = reporting(client).build();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                election.run(FOREVER);
            } catch (InterruptedException e) {
                thrown.complete(e);
            }
        });
        thread.start();
        await().until(() -> election.state() == ElectionState.LEADING);

        thread.interrupt();

        assertInstanceOf(InterruptedException.class, thrown.get(10, TimeUnit.SECONDS));
        await().until(() -> ends.size() == 1);
        assertEquals(Reason.INTERRUPTED, ends.get(0).reason());
    }

    /** Curator's selector stops electing, and keeps its znode, when a second interrupt meets the clean-up (CURATOR-518). */
    @Test
    void interruptsThatComeTwiceEndTheRunAndLeaveNoPlace() throws Exception {
        LeaderElection election = reporting(client).build();
        CountDownLatch told = new CountDownLatch(1);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                election.run(leadership -> {
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        told.countDown();
                        Thread.currentThread().interrupt(); // the clean-up begins interrupted
                    }
                });
            } catch (InterruptedException e) {
                thrown.complete(e);
            }
        });
        thread.start();
        await().until(() -> election.state() == ElectionState.LEADING);

        thread.interrupt();
        told.await();
        thread.interrupt();

        assertInstanceOf(InterruptedException.class, thrown.get(10, TimeUnit.SECONDS));
        awaitCandidates(0);
        candidate(other, "next")
                .build()
                .tryCampaign(Duration.ofSeconds(10))
                .orElseThrow()
                .close();
    }

    @Test
    void resigningTwiceEndsOneTermAndTheCandidateGoesOn() throws Exception {
        LeaderElection election = reporting(client).build();
        run(election, FOREVER);
        await().until(() -> election.state() == ElectionState.LEADING);

        election.resign();
        election.resign();

        await().until(() ->
                !ends.isEmpty() && election.stats().terms() > ends.size() && election.state() == ElectionState.LEADING);
        assertEquals(Reason.RESIGNED, ends.get(0).reason());
        assertEquals(Optional.empty(), election.failure());
    }

    /** Servers reap containers when they are empty, which may be between any two steps of a candidate (CURATOR-724). */
    @Test
    void aDirectoryThatIsReapedWhileCandidatesComeIsMadeAgain() throws Exception {
        AtomicInteger terms = new AtomicInteger();
        LeaderElection election = candidate(client, "a").build();
        run(election, leadership -> terms.incrementAndGet());
        for (int reaped = 0; reaped < 20 || terms.get() < 20; ) {
            try {
                other.delete(path);
                reaped++;
            } catch (NoNodeException | NotEmptyException e) {
                // in use, or gone already
            }
        }
        assertEquals(Optional.empty(), election.failure());
    }

    @Test
    void staysOutWhileItIsNotHealthyAndStopsLeadingWhenItFallsIll() throws Exception {
        AtomicBoolean healthy = new AtomicBoolean();
        LeaderElection election = reporting(client)
                .whileHealthy(
                        () -> {
                            if (!healthy.get()) {
                                throw new IllegalStateException("ill, on purpose");
                            }
                            return true;
                        },
                        SOON)
                .build();
        run(election, FOREVER);
        await().until(() -> election.state() == ElectionState.UNHEALTHY);
        awaitCandidates(0);
        assertEquals(Optional.empty(), election.tryCampaign(Duration.ofMillis(100)));

        healthy.set(true);
        await().until(() -> election.state() == ElectionState.LEADING);
        healthy.set(false);
        await().until(() -> election.state() == ElectionState.UNHEALTHY);

        awaitCandidates(0);
        assertEquals(Reason.UNHEALTHY, election.stats().last().orElseThrow().reason());
        election.close();
    }

    @Test
    void leavesTheQueueWhenItFallsIllAndComesBackAtItsEnd() throws Exception {
        AtomicBoolean healthy = new AtomicBoolean(true);
        Leadership leader = candidate(other, "leader").build().campaign();
        LeaderElection ill =
                candidate(client, "ill").whileHealthy(healthy::get, SOON).build();
        CompletableFuture<Leadership> second = ill.campaignAsync();
        awaitCandidates(2);
        CompletableFuture<Leadership> third = candidate(other, "third").build().campaignAsync();
        awaitCandidates(3);

        healthy.set(false);
        awaitCandidates(2);
        healthy.set(true);
        awaitCandidates(3);
        leader.resign();

        third.get(10, TimeUnit.SECONDS).resign();
        second.get(10, TimeUnit.SECONDS).resign();
    }

    @Test
    void leadsManyElectionsOnOneSessionWithTwoThreads() throws Exception {
        int elections = 100;
        AtomicInteger leading = new AtomicInteger();
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Set<Thread> leaders = ConcurrentHashMap.newKeySet();
        Set<Thread> pool = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<Void>> runs = new ArrayList<>();
        LeaderTask task = leadership -> {
            leaders.add(Thread.currentThread());
            leading.incrementAndGet();
            return leadership.ended().thenRun(leading::decrementAndGet);
        };

        List<LeaderElection> first = elections(elections, connectWithCallbacksOn(twoThreads(pool)));
        first.forEach(each -> runs.add(each.runAsync(task)));
        await().until(() -> leading.get() == elections && areAll(ElectionState.LEADING, first));
        List<LeaderElection> second = elections(elections, connectWithCallbacksOn(twoThreads(pool)));
        second.forEach(each -> runs.add(each.runAsync(task)));
        await().until(() ->
                second.stream().allMatch(each -> other.children(each.path()).size() == 2));

        assertTrue(pool.containsAll(leaders), () -> leaders + " besides " + pool);
        Set<Thread> others = new HashSet<>(Thread.getAllStackTraces().keySet());
        others.removeAll(before);
        others.removeAll(pool);
        assertTrue(others.size() < elections, () -> "one for each election? " + others); // servers have some, too
        first.forEach(LeaderElection::closeAsync);
        await().until(() -> leading.get() == elections && areAll(ElectionState.LEADING, second));
        second.forEach(LeaderElection::close);
        for (CompletableFuture<Void> run : runs) {
            run.get(10, TimeUnit.SECONDS);
        }
        assertEquals(0, leading.get());
    }

    @Test
    void aRunWithoutAThreadWaitsForItsTaskBeforeItCampaignsAgain() throws Exception {
        LeaderElection election = reporting(client).build();
        List<CompletableFuture<Void>> stops = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> run = election.runAsync(leadership -> {
            stops.add(new CompletableFuture<>());
            return stops.get(stops.size() - 1);
        });
        await().until(() -> stops.size() == 1);
        election.resign();
        await().until(() -> election.state() == ElectionState.REVOKED);
        assertEquals(1, stops.size());

        stops.get(0).complete(null);
        await().until(() -> stops.size() == 2);
        stops.get(1).completeExceptionally(new IllegalStateException("on purpose"));
        await().until(() -> stops.size() == 3);

        assertEquals("on purpose", election.failure().orElseThrow().getMessage());
        CompletableFuture<Void> closed = election.closeAsync();
        assertFalse(closed.isDone());
        stops.get(2).complete(null);
        closed.get(10, TimeUnit.SECONDS);
        assertEquals(List.of(), other.children(path));
        run.get(10, TimeUnit.SECONDS);
    }

    @Test
    void cancellingARunWithoutAThreadEndsIt() throws Exception {
        LeaderElection election = reporting(client).build();
        CompletableFuture<Void> run = election.runAsync(Leadership::ended);
        await().until(() -> election.state() == ElectionState.LEADING);

        run.cancel(false);

        await().until(() -> election.state() == ElectionState.IDLE);
        awaitCandidates(0);
        assertEquals(Reason.INTERRUPTED, election.stats().last().orElseThrow().reason());
    }

    @Test
    void aClosedElectionTakesPartInNothing() throws Exception {
        Leadership leader = candidate(other, "leader").build().campaign();
        LeaderElection election = candidate(client, "a").build();
        CompletableFuture<Leadership> waiting = election.campaignAsync();
        awaitCandidates(2);

        election.close();

        ExecutionException thrown = assertThrows(ExecutionException.class, () -> waiting.get(10, TimeUnit.SECONDS));
        assertInstanceOf(IllegalStateException.class, thrown.getCause());
        awaitCandidates(1);
        assertThrows(IllegalStateException.class, election::campaign);
        assertThrows(IllegalStateException.class, () -> election.run(FOREVER));
        assertThrows(IllegalStateException.class, () -> election.runAsync(Leadership::ended));
        awaitCandidates(1);
        assertTrue(leader.isHeld());
    }

    @Test
    void closingAgainAndFromOtherThreadsDoesNothingMore() throws Exception {
        LeaderElection election = candidate(client, "a").build();
        run(election, FOREVER);
        await().until(() -> election.state() == ElectionState.LEADING);
        Leadership elsewhere = LeaderElection.at(client, path + "-2").campaign();
        List<CompletableFuture<Void>> closings = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            closings.add(CompletableFuture.runAsync(election::close));
            closings.add(CompletableFuture.runAsync(elsewhere::close));
        }
        for (CompletableFuture<Void> closing : closings) {
            closing.get(10, TimeUnit.SECONDS);
        }

        assertEquals(ElectionState.CLOSED, election.state());
        assertEquals(LeaseState.RELEASED, elsewhere.state());
        assertEquals(
                Reason.RESIGNED, elsewhere.ended().get(10, TimeUnit.SECONDS).reason());
        elsewhere.closeAsync().get(10, TimeUnit.SECONDS);
        election.closeAsync().get(10, TimeUnit.SECONDS);
    }

    @Test
    void onAClosedClientItSaysSo() throws Exception {
        PinfoldClient gone = connect("127.0.0.1:" + port);
        gone.close();
        LeaderElection election = LeaderElection.at(gone, path);

        assertThrows(ClientClosedException.class, election::campaign);
        ClientClosedException thrown = assertThrows(ClientClosedException.class, () -> election.run(FOREVER));

        assertSame(thrown, election.failure().orElseThrow());
        assertEquals(ElectionState.IDLE, election.state());
        ExecutionException async = assertThrows(
                ExecutionException.class,
                () -> election.runAsync(Leadership::ended).get(10, TimeUnit.SECONDS));
        assertInstanceOf(ClientClosedException.class, async.getCause());
    }

    @Test
    void aClientThatIsClosedEndsTheRunWithAWord() throws Exception {
        PinfoldClient brief = connect("127.0.0.1:" + port);
        LeaderElection election = LeaderElection.at(brief, path);
        CompletableFuture<Void> ended = run(election, FOREVER);
        await().until(() -> election.state() == ElectionState.LEADING);

        brief.close();

        ExecutionException thrown = assertThrows(ExecutionException.class, () -> ended.get(10, TimeUnit.SECONDS));
        assertInstanceOf(ClientClosedException.class, thrown.getCause());
        assertInstanceOf(ClientClosedException.class, election.failure().orElseThrow());
    }

    private List<LeaderElection> elections(int count, PinfoldClient with) {
        return IntStream.range(0, count)
                .mapToObj(i -> LeaderElection.at(with, path + "/" + i))
                .toList();
    }

    private static boolean areAll(ElectionState wanted, List<LeaderElection> elections) {
        return elections.stream().allMatch(each -> each.state() == wanted);
    }

    private Executor twoThreads(Set<Thread> made) {
        ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task);
            made.add(thread);
            return thread;
        });
        open(threads::shutdown);
        return threads;
    }

    private ElectionBuilder reporting(PinfoldClient with) {
        return candidate(with, "a").onTermEnd(ends::add).onFailure(failure -> {});
    }
}
