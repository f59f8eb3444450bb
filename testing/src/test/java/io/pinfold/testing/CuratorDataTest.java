package io.pinfold.testing;

import static io.pinfold.testing.CuratorClients.PATIENCE;
import static io.pinfold.testing.CuratorClients.upToDate;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.Ensemble;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorTransactionResult;
import org.apache.curator.framework.recipes.atomic.AtomicValue;
import org.apache.curator.framework.recipes.atomic.CachedAtomicLong;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicValue;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheBridge;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.recipes.nodes.PersistentTtlNode;
import org.apache.curator.framework.recipes.queue.DistributedDelayQueue;
import org.apache.curator.framework.recipes.queue.DistributedIdQueue;
import org.apache.curator.framework.recipes.queue.DistributedPriorityQueue;
import org.apache.curator.framework.recipes.queue.DistributedQueue;
import org.apache.curator.framework.recipes.queue.QueueBuilder;
import org.apache.curator.framework.recipes.queue.QueueConsumer;
import org.apache.curator.framework.recipes.queue.QueueSerializer;
import org.apache.curator.framework.recipes.queue.SimpleDistributedQueue;
import org.apache.curator.framework.recipes.shared.SharedCount;
import org.apache.curator.framework.recipes.shared.SharedValue;
import org.apache.curator.framework.recipes.shared.VersionedValue;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryNTimes;
import org.apache.curator.x.discovery.ServiceCache;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.curator.x.discovery.ServiceProvider;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Curator's recipes that keep data, and its service discovery, do what they promise on one member and on three. */
@ParameterizedClass(name = "{0} members")
@ValueSource(ints = {1, 3})
@Timeout(180)
record CuratorDataTest(int members) {
    private static Ensemble ensemble;
    private static CuratorClients clients;

    @BeforeParameterizedClassInvocation
    static void start(int members) throws Exception {
        ensemble = CuratorClients.members(members);
        clients = new CuratorClients(ensemble);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        clients.close();
        ensemble.close();
    }

    @AfterEach
    void takeClientsBack() {
        clients.takeBack();
    }

    @Test
    void aSharedCountIsSetByWhoKnowsItsVersion() throws Exception {
        try (SharedCount one = new SharedCount(clients.connect(), "/count", 5);
                SharedCount two = new SharedCount(clients.connect(), "/count", 9)) {
            one.start();
            two.start();
            await().atMost(PATIENCE).until(() -> two.getCount() == 5);
            VersionedValue<Integer> seen = two.getVersionedValue();
            one.setCount(6);
            assertFalse(two.trySetCount(seen, 7));
            await().atMost(PATIENCE).until(() -> two.getCount() == 6);
            assertTrue(two.trySetCount(two.getVersionedValue(), 8));
            await().atMost(PATIENCE).until(() -> one.getCount() == 8);
        }
    }

    @Test
    void aSharedValueTellsItsListeners() throws Exception {
        CuratorFramework client = clients.connect();
        try (SharedValue one = new SharedValue(client, "/value", new byte[0]);
                SharedValue two = new SharedValue(clients.connect(), "/value", new byte[0])) {
            one.start();
            two.start();
            one.setValue("told".getBytes(UTF_8));
            await().atMost(PATIENCE).until(() -> new String(two.getValue(), UTF_8).equals("told"));
        }
    }

    @Test
    void atomicNumbersAndValuesCount() throws Exception {
        CuratorFramework first = clients.connect();
        CuratorFramework second = clients.connect();
        DistributedAtomicLong one = new DistributedAtomicLong(first, "/atomic", new RetryNTimes(50, 5));
        DistributedAtomicLong two = new DistributedAtomicLong(second, "/atomic", new RetryNTimes(50, 5));
        assertTrue(one.initialize(40L));
        for (int i = 0; i < 10; i++) {
            assertTrue(one.increment().succeeded());
            assertTrue(two.add(2L).succeeded());
        }
        upToDate(first);
        assertEquals(70, one.get().postValue());
        assertFalse(one.compareAndSet(69L, 1L).succeeded());
        AtomicValue<Long> next = new CachedAtomicLong(one, 100).next();
        assertTrue(next.succeeded());
        upToDate(second);
        assertEquals(170, two.get().postValue());
        DistributedAtomicValue value = new DistributedAtomicValue(clients.connect(), "/bytes", new RetryNTimes(50, 5));
        assertTrue(value.trySet(new byte[] {1}).succeeded());
        assertTrue(value.compareAndSet(new byte[] {1}, new byte[] {2}).succeeded());
    }

    @Test
    void aSimpleQueueKeepsItsOrder() throws Exception {
        SimpleDistributedQueue in = new SimpleDistributedQueue(clients.connect(), "/simple");
        CuratorFramework taking = clients.connect();
        SimpleDistributedQueue out = new SimpleDistributedQueue(taking, "/simple");
        for (String item : List.of("a", "b", "c")) {
            assertTrue(in.offer(item.getBytes(UTF_8)));
        }
        upToDate(taking);
        assertEquals("a", new String(out.peek(), UTF_8));
        assertEquals("a", new String(out.take(), UTF_8));
        assertEquals("b", new String(out.poll(), UTF_8));
        assertEquals("c", new String(in.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS), UTF_8));
    }

    @Test
    void aQueueHandsOutWhatIsPutInOrder() throws Exception {
        Items items = new Items();
        CuratorFramework client = clients.connect();
        try (DistributedQueue<String> queue = QueueBuilder.builder(client, items, items, "/queue")
                .lockPath("/queue-locks")
                .buildQueue()) {
            queue.start();
            queue.put("a");
            queue.put("b");
            items.assertNext("a", "b");
            await().atMost(PATIENCE)
                    .until(() -> client.getChildren().forPath("/queue").isEmpty());
        }
    }

    @Test
    void aQueueWithPrioritiesBeginsWithTheMostUrgent() throws Exception {
        Items items = new Items();
        try (DistributedPriorityQueue<String> in = QueueBuilder.builder(
                        clients.connect(), null, new Items(), "/priority")
                .buildPriorityQueue(0)) {
            in.start();
            in.put("later", 9);
            in.put("first", -5);
            in.put("second", 1);
            assertTrue(in.flushPuts(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        try (DistributedPriorityQueue<String> out = QueueBuilder.builder(clients.connect(), items, items, "/priority")
                .buildPriorityQueue(0)) {
            out.start();
            items.assertNext("first", "second", "later");
        }
    }

    @Test
    void aQueueWithDelaysAndOneWithNamesWork() throws Exception {
        Items items = new Items();
        try (DistributedDelayQueue<String> delayed = QueueBuilder.builder(clients.connect(), items, items, "/delayed")
                        .buildDelayQueue();
                DistributedIdQueue<String> named = QueueBuilder.builder(clients.connect(), null, items, "/named")
                        .buildIdQueue()) {
            delayed.start();
            named.start();
            long now = System.currentTimeMillis();
            delayed.put("later", now + 400);
            delayed.put("sooner", now + 100);
            items.assertNext("sooner", "later");
            assertTrue(System.currentTimeMillis() >= now + 400);
            named.put("x", "id");
            assertTrue(named.flushPuts(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertEquals(1, named.remove("id"));
        }
    }

    @Test
    void aNodeComesBackWhenItsSessionIsGoneOrSomebodyDeletesIt() throws Exception {
        CuratorFramework client = clients.connectAnew();
        CuratorFramework other = clients.connect();
        try (PersistentNode node =
                new PersistentNode(client, CreateMode.EPHEMERAL, false, "/persistent/node", new byte[] {7})) {
            node.start();
            assertTrue(node.waitForInitialCreate(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            long owner =
                    upToDate(other).checkExists().forPath("/persistent/node").getEphemeralOwner();
            clients.expireSessionOf(client);
            await().atMost(PATIENCE).until(() -> {
                Stat stat = other.checkExists().forPath("/persistent/node");
                return stat != null && stat.getEphemeralOwner() != owner;
            });
            other.delete().forPath("/persistent/node");
            await().atMost(PATIENCE).until(() -> other.checkExists().forPath("/persistent/node") != null);
        }
        try (PersistentTtlNode node = new PersistentTtlNode(client, "/persistent/ttl", 60_000, new byte[0])) {
            node.start();
            assertTrue(node.waitForInitialCreate(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void cachesFollowATreeItsChildrenAndOneNode() throws Exception {
        CuratorFramework writer = clients.connect();
        writer.create().creatingParentContainersIfNeeded().forPath("/cached/a", new byte[] {1});
        try (CuratorCache tree = CuratorCache.build(clients.connect(), "/cached");
                CuratorCache node =
                        CuratorCache.build(clients.connect(), "/cached/a", CuratorCache.Options.SINGLE_NODE_CACHE)) {
            CuratorCacheBridge bridge =
                    CuratorCache.bridgeBuilder(clients.connect(), "/cached").build();
            tree.start();
            node.start();
            bridge.start();
            writer.create().creatingParentsIfNeeded().forPath("/cached/b/c", new byte[] {2});
            writer.setData().forPath("/cached/a", new byte[] {3});
            await().atMost(PATIENCE).until(() -> tree.get("/cached/b/c").isPresent() && data(node) == 3);
            await().atMost(PATIENCE).until(() -> bridge.size() == tree.size());
            writer.delete().deletingChildrenIfNeeded().forPath("/cached/b");
            await().atMost(PATIENCE).until(() -> tree.get("/cached/b").isEmpty() && tree.size() == 2);
            bridge.close();
        }
    }

    private static int data(CuratorCache node) {
        return node.get("/cached/a").map(data -> (int) data.getData()[0]).orElse(0);
    }

    @Test
    void aLastingWatchTellsOfEverythingBelow() throws Exception {
        CuratorFramework client = clients.connect();
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (PersistentWatcher watcher = new PersistentWatcher(clients.connect(), "/lasting", true)) {
            watcher.getListenable().addListener(event -> seen.add(event.getType() + " " + event.getPath()));
            CountDownLatch watching = new CountDownLatch(1);
            watcher.getResetListenable().addListener(watching::countDown);
            watcher.start();
            assertTrue(watching.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            client.create().creatingParentsIfNeeded().forPath("/lasting/a");
            client.delete().forPath("/lasting/a");
            assertEquals("NodeCreated /lasting", seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertEquals("NodeCreated /lasting/a", seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertEquals("NodeDeleted /lasting/a", seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void aTransactionHappensWhollyOrNotAtAll() throws Exception {
        CuratorFramework client = clients.connect();
        List<CuratorTransactionResult> results = client.transaction()
                .forOperations(
                        client.transactionOp().create().forPath("/tx", new byte[] {1}),
                        client.transactionOp().setData().withVersion(0).forPath("/tx", new byte[] {2}),
                        client.transactionOp().check().withVersion(1).forPath("/tx"));
        assertEquals(3, results.size());
        assertEquals(1, results.get(1).getResultStat().getVersion());
        assertThrows(
                KeeperException.BadVersionException.class,
                () -> client.transaction()
                        .forOperations(
                                client.transactionOp().delete().forPath("/tx"),
                                client.transactionOp().check().withVersion(9).forPath("/")));
        assertEquals(2, client.getData().forPath("/tx")[0]);
    }

    @Test
    void aCreationUnderProtectionIsFoundAgain() throws Exception {
        CuratorFramework client = clients.connect();
        String path = client.create()
                .creatingParentsIfNeeded()
                .withProtection()
                .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                .forPath("/protected/lock-");
        assertTrue(path.startsWith("/protected/_c_") && path.endsWith("lock-0000000000"), path);
        client.create().orSetData().forPath("/protected", new byte[] {1});
        assertNotEquals(0, client.checkExists().forPath(path).getEphemeralOwner());
    }

    @Test
    void servicesAreFoundWhileTheyAreThere() throws Exception {
        ServiceInstance<Void> instance = ServiceInstance.<Void>builder()
                .name("shop")
                .address("10.0.0.1")
                .port(80)
                .build();
        try (ServiceDiscovery<Void> theirs = discovery(clients.connect());
                ServiceDiscovery<Void> mine = discovery(clients.connect())) {
            theirs.start();
            mine.start();
            theirs.registerService(instance);
            await().atMost(PATIENCE).until(() -> mine.queryForNames().equals(List.of("shop")));
            try (ServiceProvider<Void> shop =
                            mine.serviceProviderBuilder().serviceName("shop").build();
                    ServiceCache<Void> cache =
                            mine.serviceCacheBuilder().name("shop").build()) {
                shop.start();
                cache.start();
                await().atMost(PATIENCE).until(() -> instance.equals(shop.getInstance()));
                await().atMost(PATIENCE).until(() -> cache.getInstances().equals(List.of(instance)));
                theirs.unregisterService(instance);
                await().atMost(PATIENCE).until(() -> cache.getInstances().isEmpty());
            }
        }
    }

    private static ServiceDiscovery<Void> discovery(CuratorFramework client) {
        return ServiceDiscoveryBuilder.builder(Void.class)
                .client(client)
                .basePath("/discovery")
                .build();
    }

    /** What a queue handed out. Thread-safe. */
    private static final class Items implements QueueConsumer<String>, QueueSerializer<String> {
        private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @Override
        public void consumeMessage(String message) {
            seen.add(message);
        }

        @Override
        public void stateChanged(CuratorFramework client, ConnectionState state) {}

        @Override
        public byte[] serialize(String item) {
            return item.getBytes(UTF_8);
        }

        @Override
        public String deserialize(byte[] bytes) {
            return new String(bytes, UTF_8);
        }

        void assertNext(String... expected) throws InterruptedException {
            for (String item : expected) {
                assertEquals(item, seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            }
        }
    }
}
