package io.pinfold.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.testing.rates.Rates;
import io.pinfold.testing.rates.Round;
import io.pinfold.testing.rates.Trial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.queue.DistributedQueue;
import org.apache.curator.framework.recipes.queue.QueueBuilder;
import org.apache.curator.framework.recipes.queue.QueueConsumer;
import org.apache.curator.framework.recipes.queue.QueueSerializer;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast items pass through a queue, of Pinfold and of Curator, on either server: each item is put, claimed, handled by
 * nothing at all, and acknowledged. See docs/contributing.md.
 */
@EnabledIfSystemProperty(named = "pinfold.rates", matches = "true")
class QueueRatesTest {
    private static final String PAYLOAD = "x".repeat(100);

    @TempDir
    private Path data;

    @Test
    void passThroughQueues() throws Exception {
        try (Rates rates = Rates.start("Queues", data)) {
            int items = Rates.times(2000);
            row(rates, "queue: an item, 1 producer, 1 consumer with 1 in hand", 1, 1, items);
            row(rates, "queue: an item, 1 producer, 1 consumer with 4 in hand", 1, 4, items);
            row(rates, "queue: an item, 10 producers, 10 consumers with 4 in hand", 10, 4, items);
        }
    }

    /** Curator's consumers have one item in hand by default. */
    private static void row(Rates rates, String name, int each, int inHand, int items) throws InterruptedException {
        rates.row(
                name,
                (servers, path) -> new Pinfold(servers, path, each, inHand, items),
                (servers, path) -> new Curator(servers, path, each, items));
    }

    /** Producers and consumers with clients of their own. */
    private static final class Pinfold implements Trial<Exception> {
        private final List<PinfoldClient> clients = new ArrayList<>();
        private final List<WorkQueue<String>> queues = new ArrayList<>();
        private final int each;
        private final int inHand;
        private final int items;

        Pinfold(String servers, String path, int each, int inHand, int items) throws InterruptedException {
            this.each = each;
            this.inHand = inHand;
            this.items = items;
            for (int i = 0; i < 2 * each; i++) {
                PinfoldClient client = PinfoldClient.connect(servers);
                clients.add(client);
                queues.add(
                        WorkQueue.builder(client, path, Codec.TEXT).maxItems(0).build());
            }
            queues.get(0).put(PAYLOAD);
            queues.get(0).take().ack();
        }

        @Override
        public void run(Round round) throws InterruptedException {
            CountDownLatch handled = new CountDownLatch(items);
            long start = System.nanoTime();
            for (WorkQueue<String> queue : queues.subList(each, 2 * each)) {
                for (int i = 0; i < inHand; i++) {
                    next(queue, handled);
                }
            }
            for (int i = 0; i < items; i++) {
                queues.get(i % each).putAsync(PAYLOAD, PutOptions.DEFAULT);
            }
            handled.await();
            round.record(System.nanoTime() - start, items);
        }

        private static void next(WorkQueue<String> queue, CountDownLatch handled) {
            queue.takeAsync()
                    .thenAccept(delivery -> delivery.ackAsync().thenRun(() -> {
                        handled.countDown();
                        next(queue, handled);
                    }));
        }

        @Override
        public void close() {
            queues.forEach(WorkQueue::close);
            clients.forEach(PinfoldClient::close);
        }
    }

    private static final class Curator implements Trial<Exception> {
        private final List<CuratorFramework> clients = new ArrayList<>();
        private final List<DistributedQueue<String>> producers = new ArrayList<>();
        private final CountDownLatch handled;
        private final String servers;
        private final String path;
        private final int each;
        private final int items;

        Curator(String servers, String path, int each, int items) throws Exception {
            this.servers = servers;
            this.path = path;
            this.each = each;
            this.items = items;
            this.handled = new CountDownLatch(items);
            for (int i = 0; i < each; i++) {
                producers.add(queue(null));
            }
        }

        @Override
        public void run(Round round) throws Exception {
            long start = System.nanoTime();
            for (int i = 0; i < each; i++) {
                queue(new Counting(handled));
            }
            for (int i = 0; i < items; i++) {
                producers.get(i % each).put(PAYLOAD);
            }
            handled.await();
            round.record(System.nanoTime() - start, items);
        }

        private DistributedQueue<String> queue(Counting consumer) throws Exception {
            CuratorFramework client = CuratorFrameworkFactory.newClient(servers, new RetryOneTime(100));
            clients.add(client);
            client.start();
            QueueBuilder<String> builder = QueueBuilder.builder(client, consumer, new Texts(), path);
            DistributedQueue<String> queue = builder.lockPath(path + "-locks").buildQueue();
            queue.start();
            return queue;
        }

        @Override
        public void close() {
            clients.forEach(CuratorFramework::close);
        }
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
