package io.pinfold.election;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.FaultProxy;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;
import org.apache.curator.framework.recipes.leader.Participant;
import org.apache.curator.retry.RetryForever;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Pinfold's election and Curator's latch never both lead on one path, on our ensemble and on a ZooKeeper. Only Pinfold's connections are
 * cut: a latch answers a lost connection by leaving the queue while its owner may still believe to lead. The contests are
 * short, or as long as {@code -Dpinfold.contest.seconds=60} says.
 */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"ENSEMBLE", "APACHE_ZOOKEEPER"})
@ExtendWith(Servers.Provider.class)
class ElectionBesideCuratorInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int SESSION_TIMEOUT_MILLIS = 30_000;
    private static final int CANDIDATES_OF_EACH = 2;
    private static final int CUTS = 3;
    private static final int TERMS_BETWEEN_CUTS = 20;
    /** How long the contests go on at least. */
    private static final Duration CONTEST = Duration.ofSeconds(Long.getLong("pinfold.contest.seconds", 0));

    private final AtomicInteger leading = new AtomicInteger();
    private final AtomicInteger terms = new AtomicInteger();
    private final AtomicInteger termsOfPinfold = new AtomicInteger();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @Parameter
    Servers.Kind kind;

    private int port;
    private String path = "";
    private int unprotected;
    private volatile boolean stopped;

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @BeforeEach
    void find(TestInfo test, Servers servers) {
        port = servers.port(kind);
        path = "/beside-curator/" + test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void leadershipIsNotHandedOverPastALatchWhichCannotBeAsked() throws Exception {
        PinfoldClient client = pinfold();
        Leadership leadership =
                LeaderElection.builder(client, path).candidate("a").build().campaign();
        LeaderLatch latch = new LeaderLatch(curator(), path, "latch");
        open.add(latch);
        latch.start();
        await().atMost(PATIENCE).until(() -> client.children(path).size() == 2);
        LeaderElection.builder(client, path).candidate("b").build().campaignAsync();
        await().atMost(PATIENCE).until(() -> client.children(path).size() == 3);

        assertFalse(leadership.transferTo("b", Duration.ofMillis(300)));

        assertTrue(leadership.isHeld());
        await().atMost(PATIENCE).until(() -> latch.getLeader().getId().equals("a"));
        assertTrue(leadership.transferTo("latch", Duration.ofSeconds(10)), "but to a latch that is next");
        assertTrue(latch.await(20, TimeUnit.SECONDS));
    }

    @Test
    void aLatchBehindTheLeaderIsNotLeftBehindByAProclamation() throws Exception {
        Leadership leadership = LeaderElection.builder(pinfold(), path)
                .candidate("a")
                .metadata("from the start")
                .build()
                .campaign();
        leadership.proclaim("early");
        LeaderLatch latch = new LeaderLatch(curator(), path, "latch");
        open.add(latch);
        latch.start();
        await().atMost(PATIENCE).until(() -> latch.getParticipants().size() == 2);

        assertThrows(IllegalStateException.class, () -> leadership.proclaim("late"));

        assertEquals("early", leadership.metadata());
        leadership.resign();
        assertTrue(latch.await(20, TimeUnit.SECONDS));
    }

    @Test
    void aSelectorBehindTheLeaderMindsNoProclamation() throws Exception {
        Leadership leadership = LeaderElection.builder(pinfold(), path)
                .layout(ElectionLayout.SELECTOR)
                .build()
                .campaign();
        CountDownLatch leads = new CountDownLatch(1);
        LeaderSelector selector = new LeaderSelector(curator(), path, new LeaderSelectorListenerAdapter() {
            @Override
            public void takeLeadership(CuratorFramework client) {
                leads.countDown();
            }
        });
        open.add(selector);
        selector.start();
        PinfoldClient client = pinfold();
        await().atMost(PATIENCE).until(() -> client.children(path).size() == 2);

        leadership.proclaim("late");

        leadership.resign();
        assertTrue(leads.await(20, TimeUnit.SECONDS));
    }

    @Test
    void neverLeadTogetherWithSelectors() throws Exception {
        FaultProxy proxy = FaultProxy.to(port);
        open.add(proxy);
        LeaderElection election = LeaderElection.builder(pinfold(proxy.port()), path)
                .layout(ElectionLayout.SELECTOR)
                .candidate("ours")
                .build();
        open.add(election);
        LeaderSelector selector = new LeaderSelector(curator(), path, new LeaderSelectorListenerAdapter() {
            @Override
            public void takeLeadership(CuratorFramework client) {
                lead();
            }
        });
        selector.setId("theirs");
        selector.autoRequeue();
        selector.start();
        Future<Void> ours = threads.submit(until(() -> leadWith(election)));
        LeaderObserver observer = LeaderObserver.builder(pinfold(), path)
                .layout(ElectionLayout.SELECTOR)
                .everyTerm()
                .build();
        open.add(observer);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        observer.onChange(leader -> leader.ifPresent(each -> seen.add(each.id())));

        cutAgainAndAgain(proxy, List.of(ours));
        await().atMost(PATIENCE)
                .until(() -> ours.isDone()
                        || termsOfPinfold.get() >= TERMS_BETWEEN_CUTS
                                && terms.get() - termsOfPinfold.get() >= TERMS_BETWEEN_CUTS);

        stopped = true;
        ours.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        selector.close();
        await().atMost(PATIENCE).until(() -> terms.get() == unprotected);
        await().atMost(PATIENCE).until(() -> seen.containsAll(Set.of("ours", "theirs")));
    }

    @Test
    void neverLeadTogether() throws Exception {
        FaultProxy proxy = FaultProxy.to(port);
        open.add(proxy);
        List<Future<Void>> workers = new ArrayList<>();
        for (int i = 0; i < CANDIDATES_OF_EACH; i++) {
            LeaderElection election = LeaderElection.at(pinfold(proxy.port()), path);
            open.add(election);
            CuratorFramework curator = curator();
            workers.add(threads.submit(until(() -> leadWith(election))));
            workers.add(threads.submit(until(() -> leadWith(new LeaderLatch(curator, path)))));
        }
        cutAgainAndAgain(proxy, workers);
        stopped = true;
        for (Future<Void> worker : workers) {
            worker.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        assertEquals(terms.get(), unprotected);
        assertTrue(termsOfPinfold.get() >= CUTS, "Pinfold led " + termsOfPinfold + " times");
        assertTrue(terms.get() - termsOfPinfold.get() >= CUTS, "Curator led too rarely");
    }

    @Test
    void seeEachOther() throws Exception {
        LeaderObserver observer = LeaderObserver.at(pinfold(), path);
        open.add(observer);
        LeaderElection election =
                LeaderElection.builder(pinfold(), path).candidate("election").build();
        open.add(election);
        Future<Leadership> campaign;
        try (LeaderLatch latch = new LeaderLatch(curator(), path, "latch")) {
            latch.start();
            latch.await();
            assertEquals("latch", observer.awaitLeader(PATIENCE).orElseThrow().id());
            assertEquals(Optional.empty(), election.tryCampaign(Duration.ofMillis(100)));
            campaign = election.campaignAsync();
            await().atMost(PATIENCE).until(() -> latch.getParticipants().size() == 2);
        }
        Leadership leadership = campaign.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        try (LeaderLatch late = new LeaderLatch(curator(), path, "late")) {
            late.start();
            await().atMost(PATIENCE).until(() -> late.getLeader().equals(new Participant("election", true)));
            leadership.resign();
            late.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertTrue(late.hasLeadership());
        }
    }

    private void cutAgainAndAgain(FaultProxy proxy, List<Future<Void>> workers) {
        long start = System.nanoTime();
        for (int cut = 0; cut < CUTS || System.nanoTime() - start < CONTEST.toNanos(); cut++) {
            awaitMoreTerms(workers);
            proxy.cut();
            if (workers.stream().anyMatch(Future::isDone)) {
                return; // somebody failed
            }
        }
        awaitMoreTerms(workers);
    }

    private void awaitMoreTerms(List<Future<Void>> workers) {
        int target = terms.get() + TERMS_BETWEEN_CUTS;
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> terms.get() >= target || workers.stream().anyMatch(Future::isDone));
    }

    private Callable<Void> until(Callable<Void> once) {
        return () -> {
            while (!stopped) {
                once.call();
            }
            return null;
        };
    }

    private Void leadWith(LeaderElection election) throws InterruptedException {
        try (Leadership leadership = election.campaign()) {
            lead();
            termsOfPinfold.incrementAndGet();
        }
        return null;
    }

    private Void leadWith(LeaderLatch latch) throws Exception {
        try (latch) {
            latch.start();
            latch.await();
            lead();
        }
        return null;
    }

    private void lead() {
        assertEquals(1, leading.incrementAndGet(), "leaders at the same time");
        unprotected++;
        Thread.yield(); // gives others the chance to lead, too
        leading.decrementAndGet();
        terms.incrementAndGet();
    }

    private PinfoldClient pinfold() {
        return pinfold(port);
    }

    private PinfoldClient pinfold(int port) {
        PinfoldClient client = PinfoldClient.builder("127.0.0.1:" + port)
                .sessionTimeout(Duration.ofMillis(SESSION_TIMEOUT_MILLIS))
                .build();
        open.add(client);
        return client;
    }

    private CuratorFramework curator() {
        CuratorFramework client = CuratorFrameworkFactory.newClient(
                "127.0.0.1:" + port, SESSION_TIMEOUT_MILLIS, SESSION_TIMEOUT_MILLIS, new RetryForever(50));
        client.start();
        open.add(client);
        return client;
    }
}
