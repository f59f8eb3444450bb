package io.pinfold.testing.scene;

import io.pinfold.client.ClientBuilder;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two clients on one server, of either kind: {@code client} through a network that can break, {@code other} without; and a
 * path for each test. Confined to the thread of a test.
 */
@Timeout(60)
@ExtendWith(Servers.Provider.class)
public abstract class TwoClients {
    /** Of sessions that nothing is to end: longer than any pause of a busy machine. */
    protected static final Duration SESSION = Duration.ofSeconds(15);
    /** Of sessions that are to end. */
    protected static final Duration MOMENT = Duration.ofMillis(600);

    private static final int[] LATE_MILLIS = {10, 1, 4, 1};
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LOOK_EVERY_NANOS = 5_000_000;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Servers servers;
    /** Of the test's own. */
    protected String path = "";
    /** Of the server. */
    protected int port;
    /** Between the server and {@link #client}. */
    protected FaultProxy network;
    /** Whose network can break. */
    protected PinfoldClient client;
    /** To whom nothing happens. */
    protected PinfoldClient other;

    /** For those who have tests. */
    protected TwoClients() {}

    /** {@return the kind of server} */
    protected abstract Servers.Kind kind();

    /** {@return how long the sessions of the two are} */
    protected Duration session() {
        return SESSION;
    }

    @BeforeEach
    final void connect(TestInfo test, Servers all) {
        servers = all;
        path = "/" + getClass().getSimpleName() + '/'
                + test.getTestMethod().orElseThrow().getName();
        port = servers.port(kind());
        network = open(FaultProxy.to(port));
        client = connect(network.connectString());
        other = connect("127.0.0.1:" + port);
    }

    @AfterEach
    final void closeAll() throws Exception {
        network.restore();
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    /** {@return what is closed after the test} */
    protected final <T extends AutoCloseable> T open(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    /** {@return another client} */
    protected final PinfoldClient connect(String connectString) {
        return connect(connectString, session());
    }

    /** {@return a client whose session ends soon after the network breaks} */
    protected final PinfoldClient mortal(Duration sessionTimeout) {
        return connect(network.connectString(), sessionTimeout);
    }

    /** {@return a client of a busy process: its callbacks run long after the replies of the server, some later than others} */
    protected final PinfoldClient connectBusy() {
        AtomicInteger turn = new AtomicInteger();
        Executor late = task -> CompletableFuture.delayedExecutor(
                        LATE_MILLIS[turn.getAndIncrement() % LATE_MILLIS.length], TimeUnit.MILLISECONDS)
                .execute(task);
        return open(building("127.0.0.1:" + port, session()).callbacks(late).build());
    }

    private PinfoldClient connect(String connectString, Duration sessionTimeout) {
        return open(building(connectString, sessionTimeout).build());
    }

    private static ClientBuilder building(String connectString, Duration sessionTimeout) {
        return PinfoldClient.builder(connectString)
                .sessionTimeout(sessionTimeout)
                .operationTimeout(CALL);
    }

    /** Has the server end the session of {@code client}, and does not come back before that. */
    protected final void endSession() {
        endSession(sign());
    }

    /** {@return the path of an ephemeral znode of the session of {@code client}} */
    protected final String sign() {
        client.awaitConnected(PATIENCE);
        String sign = path + "-session-" + client.session().id();
        client.create(sign, new byte[0], CreateOptions.EPHEMERAL.withParents());
        return sign;
    }

    /** Has the server end the session that made a sign. */
    protected final void endSession(String sign) {
        long session = other.exists(sign).orElseThrow().ephemeralOwner();
        boolean told = servers.expire(kind(), session);
        if (!told) {
            network.isolate();
        }
        eventually(() -> other.exists(sign).isEmpty());
        network.restore();
    }

    /** {@return what comes of it, in time} */
    protected static <T> T get(CompletableFuture<T> future)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Looks every few milliseconds until it is so, and fails if it is not in time. */
    protected static void eventually(Callable<Boolean> condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo(condition)) {
            if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
                throw new AssertionError("Not so within " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    private static boolean isSo(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception e) { // the boundary of a test's own code
            throw new AssertionError("Could not be looked at", e);
        }
    }

    /** Waits until a znode has so many children; none is as good as no znode. */
    protected final void awaitChildren(String parent, int count) {
        eventually(
                () -> other.exists(parent).isPresent() ? other.children(parent).size() == count : count == 0);
    }
}
