package io.pinfold.groups;

import static org.awaitility.Awaitility.await;

import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
    static final int DELETE = 2;
    static final int MULTI = 14;
    static final Duration SESSION = Duration.ofSeconds(4);

    @Parameter
    Servers.Kind kind;

    final List<AutoCloseable> opened = new ArrayList<>();
    String path = "";
    int port;
    private Servers servers;
    FaultProxy network;
    PinfoldClient client;
    PinfoldClient other;

    @BeforeEach
    void connect(TestInfo test, Servers all) {
        servers = all;
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
        return open(PinfoldClient.builder(connectString)
                .sessionTimeout(SESSION)
                .operationTimeout(Duration.ofSeconds(10))
                .build());
    }

    /** Has the server end the session of {@code client}, and does not come back before that. */
    final void endSession() {
        endSession(sign());
    }

    /** {@return the path of an ephemeral znode of the session of {@code client}} */
    final String sign() {
        client.awaitConnected(Duration.ofSeconds(20));
        String sign = path + "-session-" + client.session().id();
        client.create(sign, new byte[0], CreateOptions.EPHEMERAL.withParents());
        return sign;
    }

    /** Has the server end the session that made a sign. */
    final void endSession(String sign) {
        long session = other.exists(sign).orElseThrow().ephemeralOwner();
        boolean told = servers.expire(kind, session);
        if (!told) {
            network.isolate();
        }
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> other.exists(sign).isEmpty());
        network.restore();
    }

    final <T extends AutoCloseable> T open(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    static void eventually(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }

    final void awaitChildren(String parent, int count) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> other.exists(parent).isPresent()
                        ? other.children(parent).size() == count
                        : count == 0);
    }
}
