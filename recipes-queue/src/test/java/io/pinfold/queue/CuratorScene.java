package io.pinfold.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.queue.MultiItem;
import org.apache.curator.framework.recipes.queue.QueueBuilder;
import org.apache.curator.framework.recipes.queue.QueueConsumer;
import org.apache.curator.framework.recipes.queue.QueueSerializer;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryOneTime;

/** A program that uses Curator's queues of texts on one path. */
final class CuratorScene implements AutoCloseable {
    private final CuratorFramework client;
    private final String path;

    CuratorScene(String servers, String path) {
        this.client = CuratorFrameworkFactory.newClient(servers, new RetryOneTime(100));
        this.path = path;
        client.start();
    }

    CuratorFramework client() {
        return client;
    }

    String lockPath() {
        return path + "-locks";
    }

    /** {@return a builder for one that consumes, or for a producer alone} */
    QueueBuilder<String> builder(QueueConsumer<String> consumer) {
        return QueueBuilder.builder(client, consumer, new Texts(), path).lockPath(lockPath());
    }

    static MultiItem<String> multi(List<String> items) {
        Iterator<String> rest = items.iterator();
        return () -> rest.hasNext() ? rest.next() : null;
    }

    @Override
    public void close() {
        client.close();
    }

    /** Remembers what it was given, and may be held up. */
    static final class Handled implements QueueConsumer<String> {
        private final BlockingQueue<String> unseen = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> all = new LinkedBlockingQueue<>();
        private final CountDownLatch goOn;

        Handled() {
            this(new CountDownLatch(0));
        }

        Handled(CountDownLatch goOn) {
            this.goOn = goOn;
        }

        @Override
        public void consumeMessage(String message) throws InterruptedException {
            unseen.add(message);
            all.add(message);
            goOn.await();
        }

        @Override
        public void stateChanged(CuratorFramework whose, ConnectionState state) {}

        String next() throws InterruptedException {
            return unseen.poll(10, TimeUnit.SECONDS);
        }

        String nextAfter(Step step) throws Exception {
            step.take();
            return next();
        }

        List<String> all() {
            return List.copyOf(all);
        }
    }

    /** What may go wrong. */
    interface Step {
        void take() throws Exception;
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
