package io.pinfold.election;

import static org.awaitility.Awaitility.await;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Two clients of a server, one of them behind a network that breaks, and a path for each test. */
@Timeout(60)
abstract class TwoClients {
    private static final Duration SESSION = Duration.ofSeconds(3);

    private final List<AutoCloseable> opened = new ArrayList<>();
    String path = "";
    FaultProxy network;
    PinfoldClient client;
    PinfoldClient other;

    /** The port of a running server. */
    abstract int serverPort();

    @BeforeEach
    void connect(TestInfo test) {
        path = "/elections/" + test.getTestMethod().orElseThrow().getName();
        network = open(FaultProxy.to(serverPort()));
        client = connect("127.0.0.1:" + network.port());
        other = connect("127.0.0.1:" + serverPort());
    }

    @AfterEach
    void closeAll() throws Exception {
        network.restore();
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
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

    PinfoldClient connect(String connectString) {
        return open(PinfoldClient.builder(connectString)
                .sessionTimeout(SESSION)
                .operationTimeout(Duration.ofSeconds(10))
                .build());
    }

    PinfoldClient connectWithCallbacksOn(Executor executor) {
        return open(PinfoldClient.builder("127.0.0.1:" + serverPort())
                .sessionTimeout(SESSION)
                .callbacks(executor)
                .build());
    }

    <T extends AutoCloseable> T open(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    void awaitCandidates(int count) {
        await().until(() ->
                other.exists(path).isPresent() ? other.children(path).size() == count : count == 0);
    }
}
