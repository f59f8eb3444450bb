package io.pinfold.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.testing.ApacheZooKeeper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.queue.DistributedQueue;
import org.apache.curator.framework.recipes.queue.QueueBuilder;
import org.apache.curator.framework.recipes.queue.QueueConsumer;
import org.apache.curator.framework.recipes.queue.QueueSerializer;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many items a second pass through a queue, of Pinfold and of Curator, on either server: each item is put, claimed,
 * handled by nothing at all, and acknowledged. A measurement and no promise, so it runs only when asked for:
 * {@code -Dpinfold.rates=20000}, which is the number of items.
 */
@EnabledIfSystemProperty(named = "pinfold.rates", matches = "\\d+")
class QueueRatesTest {
    private static final int ITEMS = Integer.getInteger("pinfold.rates", 0);
    /** How many items a consumer of ours has at a time; Curator's has one, by default. */
    private static final int IN_HAND = Integer.getInteger("pinfold.rates.inHand", 4);

    private static final String PAYLOAD = "x".repeat(100);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private int runs;

    @TempDir
    private Path data;

    @Test
    void passThroughQueues(TestReporter report) throws Exception {
        try (PinfoldServer ours = start();
                ApacheZooKeeper theirs = ApacheZooKeeper.start()) {
            for (int each : List.of(1, 10)) {
                for (int round = 0; round < 2; round++) { // the first one warms up
                    String size = each + " producers, " + each + " consumers: ";
                    report.publishEntry(size + "Pinfold on Pinfold", pinfold(ours.connectString(), each));
                    report.publishEntry(size + "Curator on Pinfold", curator(ours.connectString(), each));
                    report.publishEntry(size + "Pinfold on ZooKeeper", pinfold(theirs.connectString(), each));
                    report.publishEntry(size + "Curator on ZooKeeper", curator(theirs.connectString(), each));
                }
            }
        }
    }

    private PinfoldServer start() throws IOException {
        return PinfoldServer.start(
                ServerConfig.standalone().withClientPort(0).withDataDir(data).withMaxConnections(200));
    }

    private String pinfold(String servers, int each) throws Exception {
        String path = "/rates/pinfold" + ++runs;
        CountDownLatch handled = new CountDownLatch(ITEMS);
        List<WorkQueue<String>> queues = new ArrayList<>();
        for (int i = 0; i < 2 * each; i++) {
            PinfoldClient client = open(PinfoldClient.connect(servers));
            queues.add(
                    open(WorkQueue.builder(client, path, Codec.TEXT).maxItems(0).build()));
        }
        queues.get(0).put(PAYLOAD);
        queues.get(0).take().ack();
        long start = System.nanoTime();
        queues.subList(each, 2 * each).forEach(queue -> consume(queue, handled));
        for (int i = 0; i < ITEMS; i++) {
            queues.get(i % each).putAsync(PAYLOAD, PutOptions.DEFAULT);
        }
        return rate(handled, start);
    }

    private static void consume(WorkQueue<String> queue, CountDownLatch handled) {
        for (int i = 0; i < IN_HAND; i++) {
            next(queue, handled);
        }
    }

    private static void next(WorkQueue<String> queue, CountDownLatch handled) {
        queue.takeAsync()
                .thenAccept(delivery -> delivery.ackAsync().thenRun(() -> {
                    handled.countDown();
                    next(queue, handled);
                }));
    }

    private String curator(String servers, int each) throws Exception {
        String path = "/rates/curator" + ++runs;
        CountDownLatch handled = new CountDownLatch(ITEMS);
        List<DistributedQueue<String>> producers = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            producers.add(curatorQueue(servers, path, null));
        }
        long start = System.nanoTime();
        for (int i = 0; i < each; i++) {
            curatorQueue(servers, path, new Counting(handled));
        }
        for (int i = 0; i < ITEMS; i++) {
            producers.get(i % each).put(PAYLOAD);
        }
        return rate(handled, start);
    }

    private DistributedQueue<String> curatorQueue(String servers, String path, Counting consumer) throws Exception {
        CuratorFramework client = open(CuratorFrameworkFactory.newClient(servers, new RetryOneTime(100)));
        client.start();
        QueueBuilder<String> builder = QueueBuilder.builder(client, consumer, new Texts(), path);
        DistributedQueue<String> queue = open(builder.lockPath(path + "-locks").buildQueue());
        queue.start();
        return queue;
    }

    private String rate(CountDownLatch handled, long start) throws Exception {
        boolean all = handled.await(3, TimeUnit.MINUTES);
        double seconds = (System.nanoTime() - start) / 1e9;
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        assertTrue(handled.getCount() < ITEMS);
        return String.format(
                Locale.ROOT, "%.0f a second%s", (ITEMS - handled.getCount()) / seconds, all ? "" : ", stopped");
    }

    private <A extends AutoCloseable> A open(A closeable) {
        opened.push(closeable);
        return closeable;
    }

    private record Counting(CountDownLatch handled) implements QueueConsumer<String> {
        @Override
        public void consumeMessage(String message) {
            handled.countDown();
        }

        @Override
        public void stateChanged(CuratorFramework client, ConnectionState state) {}
    }

    private static final class Texts implements QueueSerializer<String> {
        @Override
        public byte[] serialize(String item) {
            return item.getBytes(UTF_8);
        }

        @Override
        public String deserialize(byte[] bytes) {
            return new String(bytes, UTF_8);
        }
    }
}
