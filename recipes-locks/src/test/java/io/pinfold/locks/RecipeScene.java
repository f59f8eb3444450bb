package io.pinfold.locks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;

/** Two clients on one server, of either kind: {@code client} through a network that can break, {@code other} without. */
@Timeout(60)
@ExtendWith(Servers.Provider.class)
abstract class RecipeScene {
    static final int CREATE2 = 15;
    static final int GET_CHILDREN2 = 12;
    static final int MULTI = 14;
    static final Duration POLL = Duration.ofMillis(5);
    /** Of sessions that nothing is to end: longer than any pause of a busy machine. */
    static final Duration SESSION = Duration.ofSeconds(15);
    /** Of sessions that are to end. */
    static final Duration MOMENT = Duration.ofMillis(600);

    @Parameter
    Servers.Kind kind;

    final List<AutoCloseable> opened = new ArrayList<>();
    String path = "";
    int port;
    FaultProxy network;
    PinfoldClient client;
    PinfoldClient other;

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

    final PinfoldClient connect(String connectString) {
        return connect(connectString, SESSION);
    }

    /** {@return a client whose session ends soon after the network breaks} */
    final PinfoldClient mortal(Duration sessionTimeout) {
        return connect(network.connectString(), sessionTimeout);
    }

    private PinfoldClient connect(String connectString, Duration sessionTimeout) {
        return open(PinfoldClient.builder(connectString)
                .sessionTimeout(sessionTimeout)
                .operationTimeout(Duration.ofSeconds(10))
                .build());
    }

    final <T extends AutoCloseable> T open(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    final void awaitChildren(String parent, int count) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(POLL)
                .until(() -> other.exists(parent).isPresent()
                        ? other.children(parent).size() == count
                        : count == 0);
    }

    static void assertWithin(long fromMillis, long toMillis, long nanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        assertTrue(fromMillis <= millis && millis <= toMillis, "took " + millis + " ms");
    }
}
