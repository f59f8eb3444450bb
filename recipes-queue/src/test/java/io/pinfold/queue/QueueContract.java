package io.pinfold.queue;

import static org.awaitility.Awaitility.await;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Two clients on whatever server, one of them through a proxy that breaks things; each test has a queue of its own. */
@Timeout(60)
abstract class QueueContract {
    static final int MULTI = 14;
    /** Of sessions that nothing is to end: longer than any pause of a busy machine. */
    static final Duration SESSION = Duration.ofSeconds(15);
    /** Of sessions that are to end. */
    static final Duration MOMENT = Duration.ofMillis(600);

    static final Duration TICK = Duration.ofMillis(100);
    static final Duration SHORTEST_SESSION = Duration.ofMillis(300);
    static final Duration SOON = Duration.ofSeconds(10);

    private final List<AutoCloseable> opened = new ArrayList<>();
    String path = "";
    FaultProxy network;
    PinfoldClient client;
    PinfoldClient other;
    /** On the client behind the proxy. */
    WorkQueue<String> queue;
    /** The same one on the client that nothing happens to. */
    WorkQueue<String> theirs;

    /** The port of a running server. */
    abstract int serverPort();

    @BeforeEach
    void connect(TestInfo test) {
        path = "/queues/" + test.getTestMethod().orElseThrow().getName() + System.nanoTime();
        network = open(FaultProxy.to(serverPort()));
        client = connect("127.0.0.1:" + network.port());
        other = connect("127.0.0.1:" + serverPort());
        queue = on(client, builder -> builder);
        theirs = on(other, builder -> builder);
    }

    @AfterEach
    void closeAll() throws Exception {
        network.restore();
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    WorkQueue<String> on(PinfoldClient whose, UnaryOperator<WorkQueueBuilder<String>> settings) {
        return open(settings.apply(WorkQueue.builder(whose, path, Codec.TEXT)).build());
    }

    PinfoldClient connect(String connectString) {
        return connect(connectString, SESSION);
    }

    /** From now on the client behind the proxy is one whose session ends soon when the network breaks. */
    void beMortal() {
        client = connect(network.connectString(), MOMENT);
        queue = on(client, builder -> builder);
    }

    private PinfoldClient connect(String connectString, Duration session) {
        return open(PinfoldClient.builder(connectString)
                .sessionTimeout(session)
                .operationTimeout(SOON)
                .build());
    }

    <A extends AutoCloseable> A open(A closeable) {
        opened.add(closeable);
        return closeable;
    }

    static <A> Delivery<A> next(WorkQueue<A> from) throws InterruptedException {
        return from.take(SOON).orElseThrow();
    }

    /** Takes and acknowledges until the queue is empty. */
    static List<String> drain(WorkQueue<String> from) throws InterruptedException {
        List<String> items = new ArrayList<>();
        for (Optional<Delivery<String>> one = from.tryTake(); one.isPresent(); one = from.tryTake()) {
            items.add(one.get().item());
            one.get().ack();
        }
        return items;
    }

    void awaitSize(int size) {
        await().until(() -> theirs.size() == size);
    }

    void awaitNoClaims() {
        await().until(() -> theirs.inspect().claims().isEmpty());
    }

    static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
