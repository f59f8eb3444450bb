package io.pinfold.election;

import static org.awaitility.Awaitility.await;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;

/** Two clients of a server of either kind, one of them behind a network that breaks, and a path for each test. */
@Timeout(60)
@ExtendWith(Servers.Provider.class)
abstract class TwoClients {
    /** Of sessions that nothing is to end: longer than any pause of a busy machine. */
    static final Duration SESSION = Duration.ofSeconds(15);
    /** Of sessions that are to end. */
    static final Duration MOMENT = Duration.ofMillis(600);

    @Parameter
    Servers.Kind kind;

    private final List<AutoCloseable> opened = new ArrayList<>();
    String path = "";
    int port;
    FaultProxy network;
    PinfoldClient client;
    PinfoldClient other;

    @BeforeAll
    static void lookOften() {
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
        Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
    }

    @BeforeEach
    void connect(TestInfo test, Servers servers) {
        path = "/" + getClass().getSimpleName() + '/'
                + test.getTestMethod().orElseThrow().getName();
        port = servers.port(kind);
        network = open(FaultProxy.to(port));
        client = connect(network.connectString());
        other = connect("127.0.0.1:" + port);
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
        return connect(connectString, SESSION);
    }

    /** A client whose session ends soon after the network breaks. */
    PinfoldClient mortal(Duration sessionTimeout) {
        return connect(network.connectString(), sessionTimeout);
    }

    private PinfoldClient connect(String connectString, Duration sessionTimeout) {
        return open(PinfoldClient.builder(connectString)
                .sessionTimeout(sessionTimeout)
                .operationTimeout(Duration.ofSeconds(10))
                .build());
    }

    PinfoldClient connectWithCallbacksOn(Executor executor) {
        return open(PinfoldClient.builder("127.0.0.1:" + port)
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
