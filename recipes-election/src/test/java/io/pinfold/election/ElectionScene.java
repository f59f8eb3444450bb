package io.pinfold.election;

import static org.awaitility.Awaitility.await;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.scene.Servers;
import io.pinfold.testing.scene.TwoClients;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.Parameter;

/** Two clients of a server of either kind, one of them behind a network that breaks, and candidates. */
abstract class ElectionScene extends TwoClients {
    @Parameter
    Servers.Kind kind;

    @Override
    protected final Servers.Kind kind() {
        return kind;
    }

    @BeforeAll
    static void lookOften() {
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
        Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
    }

    ElectionBuilder candidate(PinfoldClient with, String id) {
        return LeaderElection.builder(with, path).candidate(id);
    }

    /** A leader of {@code client}, as an observer is to see it. */
    Leader leader(String id, Leadership leadership) {
        return new Leader(
                id, "", leadership.term(), leadership.path(), client.session().id());
    }

    void awaitLeader(LeaderObserver observer, Leadership leadership) {
        await().until(() -> observer.leader().map(Leader::term).orElse(0L) == leadership.term());
    }

    static CompletableFuture<Void> run(LeaderElection election, LeaderBody body) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                election.run(body);
                ended.complete(null);
            } catch (InterruptedException | RuntimeException e) {
                ended.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return ended;
    }

    PinfoldClient connectWithCallbacksOn(Executor executor) {
        return open(PinfoldClient.builder("127.0.0.1:" + port)
                .sessionTimeout(SESSION)
                .callbacks(executor)
                .build());
    }

    void awaitCandidates(int count) {
        awaitChildren(path, count);
    }
}
