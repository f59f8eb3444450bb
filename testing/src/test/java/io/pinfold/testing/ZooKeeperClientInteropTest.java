package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The released Java client of Apache ZooKeeper works on our server as on its own. */
class ZooKeeperClientInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SESSION_TIMEOUT = 30_000;
    private static final byte[] DATA = "data".getBytes(UTF_8);

    private static OurServer server;
    private static int roots;

    private final List<ZooKeeper> clients = new ArrayList<>();
    private ZooKeeper client;

    @BeforeAll
    static void start(@TempDir Path directory) {
        server = OurServer.on(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() throws Exception {
        String root = "/test" + roots++;
        ZooKeeper maker = connect("", SESSION_TIMEOUT, event -> {});
        maker.create(root, null, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        client = connect(root, SESSION_TIMEOUT, event -> {});
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        for (ZooKeeper open : clients) {
            open.close((int) PATIENCE.toMillis());
        }
    }

    @Test
    void readsWhatItWrote() throws Exception {
        Stat created = new Stat();
        assertEquals("/a", client.create("/a", DATA, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, created));
        Stat read = new Stat();
        assertArrayEquals(DATA, client.getData("/a", false, read));
        assertEquals(created, read);
        Stat set = client.setData("/a", null, 0);
        assertEquals(1, set.getVersion());
        assertNull(client.getData("/a", false, read));
        assertEquals(set, read);
        assertEquals(OPEN_ACL_UNSAFE, client.getACL("/a", read));
        client.delete("/a", 1);
        assertNull(client.exists("/a", false));
    }

    @Test
    void listsAndCountsChildren() throws Exception {
        create("/p", CreateMode.PERSISTENT);
        create("/p/x", CreateMode.PERSISTENT);
        create("/p/y", CreateMode.EPHEMERAL);
        create("/p/x/deep", CreateMode.PERSISTENT);
        Stat stat = new Stat();
        assertEquals(Set.of("x", "y"), new TreeSet<>(client.getChildren("/p", false, stat)));
        assertEquals(Set.of("x", "y"), new TreeSet<>(client.getChildren("/p", false)));
        assertEquals(2, stat.getNumChildren());
        assertEquals(3, client.getAllChildrenNumber("/p"));
        assertEquals(1, client.getEphemerals().size());
    }

    @Test
    void numbersSequentialZnodes() throws Exception {
        create("/q", CreateMode.PERSISTENT);
        assertEquals("/q/n-0000000000", create("/q/n-", CreateMode.PERSISTENT_SEQUENTIAL));
        assertEquals("/q/n-0000000001", create("/q/n-", CreateMode.EPHEMERAL_SEQUENTIAL));
        create("/q/plain", CreateMode.PERSISTENT);
        assertEquals("/q/other-0000000003", create("/q/other-", CreateMode.PERSISTENT_SEQUENTIAL));
    }

    @Test
    void refusesWithTheRightCodes() throws Exception {
        create("/r", CreateMode.PERSISTENT);
        create("/r/e", CreateMode.EPHEMERAL);
        assertRefused(Code.NODEEXISTS, () -> create("/r", CreateMode.PERSISTENT));
        assertRefused(Code.NONODE, () -> create("/none/x", CreateMode.PERSISTENT));
        assertRefused(Code.NOCHILDRENFOREPHEMERALS, () -> create("/r/e/x", CreateMode.PERSISTENT));
        assertRefused(Code.NOTEMPTY, () -> client.delete("/r", -1));
        assertRefused(Code.BADVERSION, () -> client.setData("/r", DATA, 7));
        assertRefused(Code.BADVERSION, () -> client.delete("/r/e", 7));
        assertRefused(Code.NONODE, () -> client.getData("/none", false, null));
        assertRefused(Code.NOWATCHER, () -> client.removeAllWatches("/r", Watcher.WatcherType.Any, false));
    }

    @Test
    void appliesTransactionsAsAWhole() throws Exception {
        create("/t", CreateMode.PERSISTENT);
        List<OpResult> results = client.multi(List.of(
                Op.check("/t", 0),
                Op.create("/t/a", DATA, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                Op.create("/t/s-", DATA, OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL),
                Op.setData("/t/a", null, 0),
                Op.delete("/t/a", 1)));
        String created = ((OpResult.CreateResult) results.get(2)).getPath(); // in which this client leaves the chroot
        assertTrue(created.endsWith("/t/s-0000000001"), created);
        assertEquals(1, ((OpResult.SetDataResult) results.get(3)).getStat().getVersion());
        KeeperException refusal = assertThrows(
                KeeperException.class,
                () -> client.multi(List.of(
                        Op.create("/t/b", DATA, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                        Op.check("/t", 9),
                        Op.delete("/t/b", -1))));
        assertEquals(Code.BADVERSION, refusal.code());
        assertEquals(3, refusal.getResults().size());
        assertNull(client.exists("/t/b", false));
    }

    @Test
    void readsInBatches() throws Exception {
        create("/m", CreateMode.PERSISTENT);
        List<OpResult> results = client.multi(List.of(Op.getData("/m"), Op.getChildren("/"), Op.getData("/none")));
        assertArrayEquals(DATA, ((OpResult.GetDataResult) results.get(0)).getData());
        assertEquals(List.of("m"), ((OpResult.GetChildrenResult) results.get(1)).getChildren());
        assertEquals(Code.NONODE.intValue(), ((OpResult.ErrorResult) results.get(2)).getErr());
    }

    @Test
    void answersManyPipelinedCallsInOrder() throws Exception {
        create("/pipe", CreateMode.PERSISTENT);
        int count = 2000;
        CountDownLatch answered = new CountDownLatch(count);
        List<Integer> versions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            client.setData(
                    "/pipe",
                    DATA,
                    -1,
                    (code, path, context, stat) -> {
                        versions.add(stat.getVersion());
                        answered.countDown();
                    },
                    null);
        }
        assertTrue(answered.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        for (int i = 0; i < count; i++) {
            assertEquals(i + 1, versions.get(i));
        }
    }

    @Test
    void syncsAndSaysWhoItIs() throws Exception {
        CompletableFuture<Integer> synced = new CompletableFuture<>();
        client.sync("/", (code, path, context) -> synced.complete(code), null);
        assertEquals(0, synced.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertEquals("ip", client.whoAmI().get(0).getAuthScheme());
    }

    @Test
    void firesOneShotWatchesOnce() throws Exception {
        EventLog log = new EventLog();
        create("/w", CreateMode.PERSISTENT);
        client.exists("/w/later", log);
        client.getChildren("/w", log);
        create("/w/later", CreateMode.PERSISTENT);
        log.assertNext("NodeCreated /w/later", "NodeChildrenChanged /w");
        client.getData("/w/later", log, null);
        client.setData("/w/later", DATA, -1);
        log.assertNext("NodeDataChanged /w/later");
        client.setData("/w/later", DATA, -1);
        client.getData("/w/later", log, null);
        client.delete("/w/later", -1);
        log.assertNext("NodeDeleted /w/later");
        client.exists("/w", false);
        log.assertEmpty();
    }

    @Test
    void firesLastingWatchesAgainAndAgainUntilRemoved() throws Exception {
        EventLog one = new EventLog();
        EventLog tree = new EventLog();
        create("/l", CreateMode.PERSISTENT);
        client.addWatch("/l", one, AddWatchMode.PERSISTENT);
        client.addWatch("/l", tree, AddWatchMode.PERSISTENT_RECURSIVE);
        for (int i = 0; i < 2; i++) {
            create("/l/x", CreateMode.PERSISTENT);
            create("/l/x/y", CreateMode.PERSISTENT);
            client.setData("/l/x/y", DATA, -1);
            client.delete("/l/x/y", -1);
            client.delete("/l/x", -1);
        }
        for (int i = 0; i < 2; i++) {
            one.assertNext("NodeChildrenChanged /l", "NodeChildrenChanged /l");
            tree.assertNext("NodeCreated /l/x", "NodeCreated /l/x/y", "NodeDataChanged /l/x/y");
            tree.assertNext("NodeDeleted /l/x/y", "NodeDeleted /l/x");
        }
        client.removeWatches("/l", tree, Watcher.WatcherType.PersistentRecursive, false);
        tree.assertNext("PersistentWatchRemoved /l");
        create("/l/z", CreateMode.PERSISTENT);
        one.assertNext("NodeChildrenChanged /l");
        tree.assertEmpty();
    }

    @Test
    void removesEphemeralsWhenTheSessionIsClosed() throws Exception {
        EventLog log = new EventLog();
        ZooKeeper other = connect("", SESSION_TIMEOUT, event -> {});
        String path = "/ephemeral" + roots;
        other.create(path, DATA, OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        ZooKeeper observer = connect("", SESSION_TIMEOUT, event -> {});
        assertEquals(other.getSessionId(), observer.exists(path, log).getEphemeralOwner());
        other.close();
        log.assertNext("NodeDeleted " + path);
    }

    @Test
    void learnsThatItsSessionExpired() throws Exception {
        AtomicReference<KeeperState> state = new AtomicReference<>();
        ZooKeeper victim = connect("", SESSION_TIMEOUT, event -> state.set(event.getState()));
        String path = "/expiring" + roots;
        victim.create(path, DATA, OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        assertTrue(server.server().expireSession(victim.getSessionId()));
        await().atMost(PATIENCE).until(() -> state.get() == KeeperState.Expired);
        assertRefused(Code.SESSIONEXPIRED, () -> victim.exists("/", false));
        ZooKeeper observer = connect("", SESSION_TIMEOUT, event -> {});
        assertNull(observer.exists(path, false));
    }

    @Test
    void losesItsSessionWhenItIsCutOffForTooLong() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server.port())) {
            EventLog log = new EventLog();
            AtomicReference<KeeperState> state = new AtomicReference<>();
            ZooKeeper victim = connectTo(proxy.connectString(), 1000, event -> state.set(event.getState()));
            String path = "/cut" + roots;
            victim.create(path, DATA, OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            ZooKeeper observer = connect("", SESSION_TIMEOUT, event -> {});
            observer.exists(path, log);
            proxy.isolate();
            log.assertNext("NodeDeleted " + path);
            proxy.restore();
            await().atMost(PATIENCE).until(() -> state.get() == KeeperState.Expired);
        }
    }

    @Test
    void keepsSessionEphemeralsAndWatchesOverARestartOfTheServer() throws Exception {
        EventLog log = new EventLog();
        create("/over", CreateMode.PERSISTENT);
        create("/over/e", CreateMode.EPHEMERAL);
        create("/over/changed", CreateMode.PERSISTENT);
        client.getData("/over/changed", log, null);
        client.exists("/over/later", log);
        client.getChildren("/over", log);
        client.addWatch("/over/e", log, AddWatchMode.PERSISTENT);
        long session = client.getSessionId();
        server.restart();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> client.exists("/over/e", false) != null);
        assertEquals(session, client.getSessionId());
        assertEquals(session, client.exists("/over/e", false).getEphemeralOwner());
        client.setData("/over/changed", DATA, 0);
        log.assertNext("NodeDataChanged /over/changed");
        create("/over/later", CreateMode.PERSISTENT);
        log.assertNext("NodeCreated /over/later", "NodeChildrenChanged /over");
        client.setData("/over/e", DATA, 0);
        log.assertNext("NodeDataChanged /over/e");
    }

    @Test
    void learnsAfterAReconnectWhatItMissed() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server.port())) {
            EventLog log = new EventLog();
            ZooKeeper away = connectTo(proxy.connectString(), SESSION_TIMEOUT, event -> {});
            ZooKeeper changer = connect("", SESSION_TIMEOUT, event -> {});
            String path = "/missed" + roots;
            changer.create(path, DATA, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            away.getData(path, log, null);
            away.exists(path + "/new", log);
            long session = away.getSessionId();
            proxy.isolate();
            changer.setData(path, DATA, -1);
            changer.create(path + "/new", DATA, OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            proxy.restore();
            log.assertNext("NodeDataChanged " + path, "NodeCreated " + path + "/new");
            await().atMost(PATIENCE).ignoreExceptions().until(() -> away.exists(path, false) != null);
            assertEquals(session, away.getSessionId());
        }
    }

    @Test
    void makesContainersAndNewSessionsGetNewIds() throws Exception {
        create("/c", CreateMode.CONTAINER);
        assertEquals(0, client.exists("/c", false).getEphemeralOwner());
        assertNotEquals(
                client.getSessionId(), connect("", SESSION_TIMEOUT, event -> {}).getSessionId());
    }

    private String create(String path, CreateMode mode) throws KeeperException, InterruptedException {
        return client.create(path, DATA, OPEN_ACL_UNSAFE, mode);
    }

    private ZooKeeper connect(String chroot, int timeout, Watcher watcher) throws IOException {
        return connectTo(server.connectString() + chroot, timeout, watcher);
    }

    /** The client connects on its own and queues calls until it has; nothing needs to wait for it. */
    private ZooKeeper connectTo(String connectString, int timeout, Watcher watcher) throws IOException {
        ZooKeeper connected = new ZooKeeper(connectString, timeout, watcher);
        clients.add(connected);
        return connected;
    }

    private static void assertRefused(Code code, Executable call) {
        assertEquals(code, assertThrows(KeeperException.class, call).code());
    }
}
