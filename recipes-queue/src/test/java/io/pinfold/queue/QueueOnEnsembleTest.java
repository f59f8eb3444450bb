package io.pinfold.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinfold.CreateMode;
import io.pinfold.Op;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.server.Ensemble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A queue goes on while the member that leads the ensemble is killed. */
@Timeout(60)
class QueueOnEnsembleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PATH = "/queue";
    private static final int KEYS = 5;

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
    void everyItemHasItsEffectOnceAndInTheOrderOfItsKeyWhileTheLeaderIsKilled() throws Exception {
        int count = 200;
        PinfoldClient onlooker = connect();
        WorkQueue<String> producer = queue(connect());
        onlooker.create("/effects", new byte[0]);
        for (int i = 0; i < 3; i++) {
            queue(connect()).consume(2, QueueOnEnsembleTest::note);
        }
        List<CompletableFuture<Receipt>> puts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            puts.add(producer.putAsync(String.valueOf(i), PutOptions.key("k" + i % KEYS)));
        }
        await().atMost(PATIENCE).until(() -> onlooker.children("/effects").size() > count / 10);

        ensemble.kill(ensemble.awaitLeader(PATIENCE));

        CompletableFuture.allOf(puts.toArray(new CompletableFuture<?>[0])).get(30, TimeUnit.SECONDS);
        await().atMost(PATIENCE).until(() -> producer.size() == 0);
        onlooker.sync("/effects");
        assertInOrder(effects(onlooker), count);
    }

    private static void note(Delivery<String> delivery) {
        byte[] item = delivery.item().getBytes(UTF_8);
        delivery.ackWith(Op.create("/effects/e-", item, CreateMode.PERSISTENT_SEQUENTIAL));
    }

    /** {@return what was noted, in the order in which it was} */
    private static List<String> effects(PinfoldClient client) {
        List<String> names = new ArrayList<>(client.children("/effects"));
        Collections.sort(names);
        return names.stream()
                .map(name -> new String(client.get("/effects/" + name).data(), UTF_8))
                .toList();
    }

    private static void assertInOrder(List<String> effects, int count) {
        assertEquals(count, effects.size());
        List<Integer> items = effects.stream().map(Integer::valueOf).toList();
        for (int key = 0; key < KEYS; key++) {
            int remainder = key;
            assertEquals(
                    IntStream.range(0, count)
                            .filter(i -> i % KEYS == remainder)
                            .boxed()
                            .toList(),
                    items.stream().filter(i -> i % KEYS == remainder).toList());
        }
    }

    private WorkQueue<String> queue(PinfoldClient client) {
        return open(WorkQueue.builder(client, PATH, Codec.TEXT)
                .bucketSize(50)
                .redeliveryPause(Duration.ofMillis(20))
                .build());
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
