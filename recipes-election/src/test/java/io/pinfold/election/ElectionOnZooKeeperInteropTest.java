package io.pinfold.election;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.ApacheZooKeeper;
import io.pinfold.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The election works on a released Apache ZooKeeper as on our server. */
class ElectionOnZooKeeperInteropTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(3);

    private static ApacheZooKeeper server;

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = ApacheZooKeeper.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void leadershipGoesOnInOrderWithGrowingTerms() throws Exception {
        Leadership first = candidate("one", connect(), "/election/order").campaign();
        CompletableFuture<Leadership> second =
                candidate("two", connect(), "/election/order").campaignAsync();
        LeaderObserver observer = observe("/election/order");
        await().atMost(LONG).until(() -> observer.candidates().size() == 2);
        assertEquals("one", observer.awaitLeader(LONG).orElseThrow().id());
        first.resign();
        Leadership next = second.get(30, TimeUnit.SECONDS);
        assertTrue(next.term() > first.term());
        await().atMost(LONG).until(() -> observer.leader().map(Leader::term).equals(Optional.of(next.term())));
        assertEquals("two", observer.leader().orElseThrow().id());
    }

    @Test
    void aLeaderThatIsCutOffGivesUpBeforeItsSuccessorLeads() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server.port())) {
            Leadership first = candidate("cut off", connect(proxy.connectString(), SHORT), "/election/cut")
                    .campaign();
            CompletableFuture<Leadership> second =
                    candidate("successor", connect(), "/election/cut").campaignAsync();
            proxy.isolate();
            assertTrue(
                    second.thenApply(leads -> first.state() == LeaseState.LOST).get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void leadsTermAfterTermInALoop() throws Exception {
        LeaderElection election = candidate("loop", connect(), "/election/loop");
        List<Long> terms = new ArrayList<>();
        election.run(leadership -> {
            terms.add(leadership.term());
            if (terms.size() == 3) {
                election.close();
            }
        });
        assertEquals(3, terms.size());
        assertTrue(terms.get(0) < terms.get(1) && terms.get(1) < terms.get(2), terms::toString);
    }

    @Test
    void leadershipOutlivesARestartOfTheServer() throws Exception {
        Leadership leadership = candidate("kept", connect(), "/election/kept").campaign();
        LeaderObserver observer = observe("/election/kept");
        server.restart();
        await().atMost(LONG).until(() -> leadership.state() == LeaseState.HELD);
        assertEquals("kept", observer.awaitLeader(LONG).orElseThrow().id());
        assertTrue(candidate("late", connect(), "/election/kept")
                .tryCampaign(Duration.ofMillis(100))
                .isEmpty());
    }

    private LeaderElection candidate(String id, PinfoldClient client, String path) {
        LeaderElection election =
                LeaderElection.builder(client, path).candidate(id).build();
        open.add(election);
        return election;
    }

    private LeaderObserver observe(String path) {
        LeaderObserver observer = LeaderObserver.at(connect(), path);
        open.add(observer);
        return observer;
    }

    private PinfoldClient connect() {
        return connect(server.connectString(), LONG);
    }

    private PinfoldClient connect(String connectString, Duration sessionTimeout) {
        PinfoldClient client = PinfoldClient.builder(connectString)
                .sessionTimeout(sessionTimeout)
                .build();
        open.add(client);
        return client;
    }
}
