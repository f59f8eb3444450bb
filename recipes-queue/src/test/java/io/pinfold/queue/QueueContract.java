package io.pinfold.queue;

import static org.awaitility.Awaitility.await;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.testing.scene.Servers;
import io.pinfold.testing.scene.TwoClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/** Two clients on whatever server, one of them through a proxy that breaks things; each test has a queue of its own. */
abstract class QueueContract extends TwoClients {
    static final int MULTI = 14;
    static final Duration SOON = Duration.ofSeconds(10);

    @Parameter
    Servers.Kind kind;

    /** On the client behind the proxy. */
    WorkQueue<String> queue;
    /** The same one on the client that nothing happens to. */
    WorkQueue<String> theirs;

    @Override
    protected Servers.Kind kind() {
        return kind;
    }

    @BeforeEach
    void openQueues() {
        queue = on(client, builder -> builder);
        theirs = on(other, builder -> builder);
    }

    WorkQueue<String> on(PinfoldClient whose, UnaryOperator<WorkQueueBuilder<String>> settings) {
        return open(settings.apply(WorkQueue.builder(whose, path, Codec.TEXT)).build());
    }

    /** From now on the client behind the proxy is one whose session ends soon when the network breaks. */
    void beMortal() {
        client = mortal(MOMENT);
        queue = on(client, builder -> builder);
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
