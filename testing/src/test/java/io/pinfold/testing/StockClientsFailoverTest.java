package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.Ensemble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The released clients, Apache ZooKeeper's and Curator, on three members of ours whose leader is killed under them. */
@Timeout(120)
class StockClientsFailoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SESSION_TIMEOUT = 20_000;

    private final List<CuratorFramework> curators = new ArrayList<>();
    private Ensemble ensemble;

    @BeforeEach
    void start() throws Exception {
        ensemble = Ensemble.builder(3)
                .config(config -> config.withMaxClientCnxns(0).withMaxSessionTimeout(Duration.ofMinutes(1)))
                .start();
    }

    @AfterEach
    void stop() {
        curators.forEach(CuratorFramework::close);
        ensemble.close();
    }

    @Test
    void theClientKeepsItsSessionItsEphemeralsAndItsWatches() throws Exception {
        ConcurrentLinkedQueue<WatchedEvent> events = new ConcurrentLinkedQueue<>();
        try (ZooKeeper client = zooKeeper();
                ZooKeeper other = zooKeeper()) {
            long session = client.getSessionId();
            client.create("/mine", null, OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            client.create("/watched", null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            client.getData("/watched", events::add, null);
            client.addWatch("/watched", events::add, AddWatchMode.PERSISTENT_RECURSIVE);
            for (int killed = 0; killed < 3; killed++) {
                killTheLeader();
                String child = "/watched/" + killed;
                untilDone(client, () -> client.exists("/mine", false));
                untilDone(other, () -> other.create(child, null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
                await().atMost(PATIENCE).until(() -> created(events).contains(child));
                untilDone(other, () -> other.setData("/watched", new byte[0], -1));
            }
            await().atMost(PATIENCE)
                    .until(() -> events.stream().anyMatch(event -> event.getType() == EventType.NodeDataChanged));

            assertEquals(session, client.getSessionId());
            assertEquals(session, client.exists("/mine", false).getEphemeralOwner());
            assertTrue(events.stream().noneMatch(event -> event.getState() == KeeperState.Expired));
        }
    }

    @Test
    void theClientLosesNoWriteThatWasAcknowledged() throws Exception {
        Set<String> acknowledged = new TreeSet<>();
        try (ZooKeeper client = zooKeeper()) {
            client.create("/load", null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            for (int killed = 0; killed < 2; killed++) {
                ConcurrentLinkedQueue<String> done = new ConcurrentLinkedQueue<>();
                CountDownLatch answered = new CountDownLatch(300);
                for (int i = 0; i < 300; i++) {
                    client.create(
                            "/load/" + killed + "-" + i,
                            null,
                            OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT,
                            (code, path, context, name) -> {
                                if (code == KeeperException.Code.OK.intValue()) {
                                    done.add(path.substring(6));
                                }
                                answered.countDown();
                            },
                            null);
                    if (i == 150) {
                        await().atMost(PATIENCE).until(() -> !done.isEmpty());
                        killTheLeader();
                    }
                }
                assertTrue(answered.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
                assertFalse(done.isEmpty());
                acknowledged.addAll(done);
            }
            untilDone(client, () -> client.exists("/load", false));

            assertTrue(new TreeSet<>(client.getChildren("/load", false)).containsAll(acknowledged));
        }
    }

    @Test
    void curatorsMutexExcludesOthersThroughout() throws Exception {
        int contenders = 3;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger held = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(contenders);
        List<Future<Void>> results = new ArrayList<>();
        for (int i = 0; i < contenders; i++) {
            InterProcessMutex mutex = new InterProcessMutex(curator(), "/mutex");
            results.add(threads.submit(() -> {
                for (int round = 0; round < 40; round++) {
                    mutex.acquire();
                    assertEquals(1, inside.incrementAndGet());
                    held.incrementAndGet();
                    inside.decrementAndGet();
                    mutex.release();
                }
                return null;
            }));
        }
        await().atMost(PATIENCE).until(() -> held.get() > 20);
        killTheLeader();
        await().atMost(PATIENCE).until(() -> held.get() > 60);
        killTheLeader();
        for (Future<Void> result : results) {
            result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertEquals(contenders * 40, held.get());
    }

    @Test
    void curatorsLatchHasOneLeaderAndItsCacheIsRightInTheEnd() throws Exception {
        CuratorFramework writer = curator();
        List<LeaderLatch> latches = new ArrayList<>();
        try (CuratorCache cache = CuratorCache.build(curator(), "/cached")) {
            cache.start();
            for (int i = 0; i < 3; i++) {
                LeaderLatch latch = new LeaderLatch(curator(), "/latch", "candidate" + i);
                latch.start();
                latches.add(latch);
            }
            for (int killed = 0; killed < 2; killed++) {
                await().atMost(PATIENCE).until(() -> leaders(latches) == 1);
                killTheLeader();
                writer.create().orSetData().creatingParentsIfNeeded().forPath("/cached/a", bytes(killed));
                byte[] wanted = bytes(killed);
                await().atMost(PATIENCE)
                        .until(() -> cache.get("/cached/a")
                                .map(node -> new String(node.getData(), UTF_8).equals(new String(wanted, UTF_8)))
                                .orElse(false));
            }
            await().atMost(PATIENCE).until(() -> leaders(latches) == 1);
        } finally {
            for (LeaderLatch latch : latches) {
                latch.close();
            }
        }
    }

    /** Kills the member that leads and brings it back when another leads. */
    private void killTheLeader() throws Exception {
        int leader = ensemble.awaitLeader(PATIENCE);
        ensemble.kill(leader);
        ensemble.awaitLeader(PATIENCE);
        ensemble.restart(leader);
        ensemble.awaitServing(PATIENCE);
    }

    private static long leaders(List<LeaderLatch> latches) {
        return latches.stream().filter(LeaderLatch::hasLeadership).count();
    }

    private static byte[] bytes(int number) {
        return Integer.toString(number).getBytes(UTF_8);
    }

    private static Set<String> created(Iterable<WatchedEvent> events) {
        Set<String> paths = new TreeSet<>();
        for (WatchedEvent event : events) {
            if (event.getType() == EventType.NodeCreated) {
                paths.add(event.getPath());
            }
        }
        return paths;
    }

    /** A call of that client. */
    private interface StockCall {
        Object call() throws KeeperException, InterruptedException;
    }

    /** That client gives every call up whose connection breaks, and leaves it to the caller to try again. */
    private static void untilDone(ZooKeeper client, StockCall call) {
        await().atMost(PATIENCE)
                .ignoreException(KeeperException.ConnectionLossException.class)
                .until(() -> {
                    try {
                        call.call();
                    } catch (KeeperException.NodeExistsException e) {
                        return true;
                    }
                    return client.getState().isConnected();
                });
    }

    private ZooKeeper zooKeeper() throws Exception {
        return StockClient.connect(ensemble.connectString(), SESSION_TIMEOUT);
    }

    private CuratorFramework curator() {
        CuratorFramework client = CuratorFrameworkFactory.newClient(
                ensemble.connectString(), SESSION_TIMEOUT, 10_000, new RetryForever(50));
        client.start();
        curators.add(client);
        return client;
    }
}
