package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/** Connects Apache ZooKeeper's client, and waits until it is. Stateless. */
final class StockClient {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private StockClient() {}

    static ZooKeeper connect(String servers, int sessionMillis) throws IOException, InterruptedException {
        return connect(servers, sessionMillis, new ZKClientConfig());
    }

    static ZooKeeper connect(String servers, int sessionMillis, ZKClientConfig config)
            throws IOException, InterruptedException {
        CountDownLatch connected = new CountDownLatch(1);
        Watcher watcher = event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        };
        ZooKeeper client = new ZooKeeper(servers, sessionMillis, watcher, config);
        assertTrue(connected.await(PATIENCE.toSeconds(), TimeUnit.SECONDS), "Not connected to " + servers);
        return client;
    }
}
