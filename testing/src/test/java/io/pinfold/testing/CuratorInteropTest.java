package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Curator's recipes work on our server. */
class CuratorInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static OurServer server;

    private final List<CuratorFramework> clients = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path directory) {
        server = OurServer.on(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void disconnect() {
        clients.forEach(CuratorFramework::close);
    }

    @Test
    void aMutexExcludesOthers() throws Exception {
        int contenders = 4;
        int rounds = 25;
        int[] unprotected = {0};
        AtomicInteger inside = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(contenders);
        List<Future<Void>> results = new ArrayList<>();
        for (int i = 0; i < contenders; i++) {
            InterProcessMutex mutex = new InterProcessMutex(connect(), "/mutex");
            results.add(threads.submit(() -> {
                for (int round = 0; round < rounds; round++) {
                    mutex.acquire();
                    assertEquals(1, inside.incrementAndGet());
                    unprotected[0]++;
                    inside.decrementAndGet();
                    mutex.release();
                }
                return null;
            }));
        }
        for (Future<Void> result : results) {
            result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertEquals(contenders * rounds, unprotected[0]);
    }

    @Test
    void aMutexOutlivesARestartOfTheServer() throws Exception {
        InterProcessMutex mine = new InterProcessMutex(connect(), "/kept");
        InterProcessMutex other = new InterProcessMutex(connect(), "/kept");
        mine.acquire();
        server.restart();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> mine.getParticipantNodes().size() == 1);
        assertTrue(!other.acquire(100, TimeUnit.MILLISECONDS));
        mine.release();
        assertTrue(other.acquire(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        other.release();
    }

    @Test
    void aLatchHasOneLeaderAndASuccessor() throws Exception {
        List<LeaderLatch> latches = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            latches.add(new LeaderLatch(connect(), "/latch", "candidate " + i));
            latches.get(i).start();
        }
        for (int remaining = 3; remaining > 0; remaining--) {
            await().atMost(PATIENCE).until(() -> leaders(latches).size() == 1);
            LeaderLatch leader = leaders(latches).get(0);
            await().atMost(PATIENCE).until(() -> leader.getLeader().getId().equals(leader.getId()));
            leader.close();
            latches.remove(leader);
        }
    }

    @Test
    void aLatchLosesLeadershipWithItsSession() throws Exception {
        CuratorFramework victim = connect();
        try (LeaderLatch first = new LeaderLatch(victim, "/expiring");
                LeaderLatch second = new LeaderLatch(connect(), "/expiring")) {
            first.start();
            first.await();
            second.start();
            server.server()
                    .expireSession(victim.getZookeeperClient().getZooKeeper().getSessionId());
            second.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertTrue(second.hasLeadership());
            await().atMost(PATIENCE).until(() -> !first.hasLeadership());
        }
    }

    @Test
    void aCacheFollowsATree() throws Exception {
        CuratorFramework writer = connect();
        writer.create().creatingParentsIfNeeded().forPath("/cached/a", "1".getBytes(UTF_8));
        try (CuratorCache cache = CuratorCache.build(connect(), "/cached")) {
            cache.start();
            await().atMost(PATIENCE).until(() -> value(cache, "/cached/a").equals("1"));
            writer.setData().forPath("/cached/a", "2".getBytes(UTF_8));
            writer.create().creatingParentsIfNeeded().forPath("/cached/b/c", "3".getBytes(UTF_8));
            await().atMost(PATIENCE).until(() -> value(cache, "/cached/a").equals("2"));
            await().atMost(PATIENCE).until(() -> value(cache, "/cached/b/c").equals("3"));
            writer.delete().deletingChildrenIfNeeded().forPath("/cached/b");
            await().atMost(PATIENCE).until(() -> cache.get("/cached/b").isEmpty());
            server.restart();
            writer.setData().forPath("/cached/a", "4".getBytes(UTF_8));
            await().atMost(PATIENCE).until(() -> value(cache, "/cached/a").equals("4"));
        }
    }

    private static String value(CuratorCache cache, String path) {
        return cache.get(path).map(node -> new String(node.getData(), UTF_8)).orElse("");
    }

    private static List<LeaderLatch> leaders(List<LeaderLatch> latches) {
        return latches.stream().filter(LeaderLatch::hasLeadership).toList();
    }

    private CuratorFramework connect() {
        CuratorFramework client =
                CuratorFrameworkFactory.newClient(server.connectString(), 30_000, 15_000, new RetryForever(100));
        client.start();
        clients.add(client);
        return client;
    }
}
