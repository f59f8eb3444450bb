package io.pinfold.election;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.server.Ensemble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Elections go on while the member that leads the ensemble is killed. */
@Timeout(60)
class ElectionOnEnsembleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PATH = "/leader";

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Ensemble ensemble;

    @BeforeEach
    void start() throws Exception {
        ensemble = open(Ensemble.start(3));
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void aTermOutlivesTheLeaderOfTheEnsemble() throws Exception {
        Leadership first = LeaderElection.at(connect(), PATH).campaign();
        CompletableFuture<Leadership> next = LeaderElection.at(connect(), PATH).campaignAsync();
        LeaderObserver observer = open(LeaderObserver.at(connect(), PATH));
        await().atMost(PATIENCE)
                .until(() ->
                        observer.candidates().size() == 2 && observer.leader().isPresent());

        ensemble.kill(ensemble.awaitLeader(PATIENCE));

        await().atMost(PATIENCE).until(first::isHeld);
        assertFalse(first.ended().isDone());
        assertFalse(next.isDone());
        first.proclaim("still here");
        await().atMost(PATIENCE)
                .until(() -> observer.leader().orElseThrow().metadata().equals("still here"));
        assertEquals(first.term(), observer.leader().orElseThrow().term());
        first.resign();
        Leadership second = next.get(30, TimeUnit.SECONDS);
        assertTrue(second.term() > first.term());
        await().atMost(PATIENCE).until(() -> observer.leader().map(Leader::term).orElse(0L) == second.term());
    }

    @Test
    void nobodyLeadsBesideAnotherWhileTheLeaderOfTheEnsembleIsKilled() throws Exception {
        AtomicInteger leading = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Long> terms = new CopyOnWriteArrayList<>();
        List<LeaderElection> elections = new ArrayList<>();
        List<CompletableFuture<Void>> runs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            LeaderElection election = open(LeaderElection.at(connect(), PATH));
            elections.add(election);
            runs.add(election.runAsync(leadership -> {
                most.accumulateAndGet(leading.incrementAndGet(), Math::max);
                terms.add(leadership.term());
                leading.decrementAndGet();
                return CompletableFuture.completedFuture(null);
            }));
        }
        await().atMost(PATIENCE).until(() -> terms.size() > 20);

        ensemble.kill(ensemble.awaitLeader(PATIENCE));

        int before = terms.size();
        await().atMost(PATIENCE).until(() -> terms.size() > before + 20);
        elections.forEach(LeaderElection::close);
        for (CompletableFuture<Void> run : runs) {
            run.get(30, TimeUnit.SECONDS);
        }
        assertEquals(1, most.get());
        assertEquals(terms.stream().sorted().distinct().toList(), List.copyOf(terms));
    }

    private PinfoldClient connect() {
        return open(PinfoldClient.builder(ensemble.connectString())
                .sessionTimeout(Duration.ofSeconds(15))
                .build());
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(closeable);
        return closeable;
    }
}
