package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.BadVersionException;
import io.pinfold.ClientClosedException;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.InvalidAclException;
import io.pinfold.NoChildrenForEphemeralsException;
import io.pinfold.NoNodeException;
import io.pinfold.NodeExistsException;
import io.pinfold.NotEmptyException;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.ReadOp;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import io.pinfold.TransactionFailedException;
import io.pinfold.UnimplementedException;
import io.pinfold.WatchMode;
import io.pinfold.WatcherType;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Created;
import io.pinfold.client.Node;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** What every call of our client does, on whatever server. */
@Timeout(60)
abstract class ClientContractTest {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<AutoCloseable> opened = new ArrayList<>();
    /** A znode of the test's own, empty. */
    String root = "";
    /** Between {@link #client} and the server. */
    FaultProxy network;

    PinfoldClient client;
    /** Reaches the server whatever becomes of the network. */
    PinfoldClient other;

    /** A running server. */
    abstract TestServer server();

    @BeforeEach
    void connect(TestInfo test) {
        root = "/" + test.getTestMethod().orElseThrow().getName();
        network = open(FaultProxy.to(server().port()));
        client = connect(network.connectString());
        other = connect(server().connectString());
        other.create(root, null);
    }

    @AfterEach
    void closeAll() throws Exception {
        network.restore();
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    final PinfoldClient connect(String connectString) {
        return connect(connectString, Duration.ofSeconds(10));
    }

    final PinfoldClient connect(String connectString, Duration sessionTimeout) {
        return open(PinfoldClient.builder(connectString)
                .sessionTimeout(sessionTimeout)
                .build());
    }

    final <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** Waits until the events are delivered that the server sent before now. */
    static void settle(PinfoldClient client) throws Exception {
        client.async().sync("/").get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    // ---- calls ---------------------------------------------------------------------------------------------------

    @Test
    void createsReadsChangesAndDeletes() {
        Created created = client.create(root + "/a", bytes("one"));
        Node node = client.get(root + "/a");
        assertArrayEquals(bytes("one"), node.data());
        assertEquals(created.stat(), node.stat());
        assertEquals(Optional.of(created.stat()), client.exists(root + "/a"));

        Stat changed = client.set(root + "/a", bytes("two"), 0);
        assertEquals(1, changed.version());
        assertEquals(changed, other.get(root + "/a").stat());
        assertEquals(2, client.set(root + "/a", null).version());
        assertNull(client.get(root + "/a").data());

        client.delete(root + "/a", 2);
        assertEquals(Optional.empty(), client.exists(root + "/a"));
    }

    @Test
    void refusesWithTheRightException() {
        client.create(root + "/a", bytes("1"));
        client.create(root + "/a/b", null);
        client.create(root + "/e", null, CreateMode.EPHEMERAL);

        assertThrows(NodeExistsException.class, () -> client.create(root + "/a", null));
        assertThrows(NoNodeException.class, () -> client.create(root + "/none/x", null));
        assertThrows(NoChildrenForEphemeralsException.class, () -> client.create(root + "/e/x", null));
        assertThrows(NotEmptyException.class, () -> client.delete(root + "/a"));
        assertThrows(BadVersionException.class, () -> client.delete(root + "/a/b", 7));
        assertThrows(NoNodeException.class, () -> client.delete(root + "/none"));
        assertThrows(BadVersionException.class, () -> client.set(root + "/a", null, 7));
        assertThrows(NoNodeException.class, () -> client.set(root + "/none", null));
        NoNodeException failure = assertThrows(NoNodeException.class, () -> client.get(root + "/none"));
        assertEquals(Optional.of(root + "/none"), failure.path());
        assertThrows(NoNodeException.class, () -> client.children(root + "/none"));
        assertThrows(NoNodeException.class, () -> client.countDescendants(root + "/none"));
        assertThrows(NoNodeException.class, () -> client.getAcl(root + "/none"));
    }

    @Test
    void createsZnodesOfEveryKind() {
        assertEquals(
                root + "/p",
                client.create(root + "/p", null, CreateMode.PERSISTENT).path());
        assertEquals(
                root + "/n-0000000001",
                client.create(root + "/n-", null, CreateMode.PERSISTENT_SEQUENTIAL)
                        .path());
        Created ephemeral = client.create(root + "/e", null, CreateMode.EPHEMERAL);
        assertEquals(client.session().id(), ephemeral.stat().ephemeralOwner());
        Created numbered = client.create(root + "/n-", null, CreateMode.EPHEMERAL_SEQUENTIAL);
        assertEquals(root + "/n-0000000003", numbered.path());
        assertEquals(client.session().id(), numbered.stat().ephemeralOwner());
        Created container = client.create(root + "/c", bytes("x"), CreateMode.CONTAINER);
        assertEquals(container.stat(), client.get(root + "/c").stat());
        assertEquals(0, container.stat().ephemeralOwner());

        assertEquals(
                Set.of("p", "n-0000000001", "e", "n-0000000003", "c"),
                Set.copyOf(client.childrenWithStat(root).names()));
        assertEquals(5, client.childrenWithStat(root).stat().numChildren());
    }

    @Test
    void timesToLiveAreRefusedAsLongAsTheServerHasNone() {
        CreateOptions idle = CreateOptions.of(CreateMode.PERSISTENT_WITH_TTL).withTtl(Duration.ofMinutes(1));

        assertThrows(UnimplementedException.class, () -> client.create(root + "/ttl", null, idle));

        assertEquals(List.of(), client.children(root));
    }

    @Test
    void createsMissingParents() {
        Created created = client.create(root + "/x/y/z", bytes("deep"), CreateOptions.PERSISTENT.withParents());

        assertEquals(root + "/x/y/z", created.path());
        assertArrayEquals(bytes("deep"), client.get(root + "/x/y/z").data());
        assertEquals(3, client.countDescendants(root));
    }

    @Test
    void ephemeralZnodesGoWithTheirSession() {
        client.create(root + "/e", null, CreateMode.EPHEMERAL);
        client.create(root + "/p", null, CreateMode.PERSISTENT);
        try (PinfoldClient third = connect(server().connectString())) {
            third.create(root + "/f", null, CreateMode.EPHEMERAL);
            assertEquals(List.of(root + "/f"), third.ephemerals("/"));
        }

        assertEquals(Optional.empty(), client.exists(root + "/f"));
        assertEquals(List.of(root + "/e"), client.ephemerals("/"));
        assertEquals(List.of(root + "/e"), client.ephemerals(root + "/e"));
        assertEquals(List.of(), client.ephemerals(root + "/p"));
    }

    @Test
    void transactionsHappenAsAWhole() {
        List<OpResult> results = client.multi(
                Op.check(root, 0),
                Op.create(root + "/a", bytes("1")),
                Op.create(root + "/s-", bytes("2"), CreateMode.EPHEMERAL_SEQUENTIAL),
                Op.set(root + "/a", bytes("3"), 0),
                Op.delete(root + "/a", 1));

        assertEquals(new OpResult.Checked(), results.get(0));
        OpResult.Created sequential = (OpResult.Created) results.get(2);
        assertEquals(root + "/s-0000000001", sequential.path());
        assertEquals(
                client.session().id(),
                assertInstanceOf(Stat.class, sequential.stat()).ephemeralOwner());
        assertEquals(1, ((OpResult.DataSet) results.get(3)).stat().version());
        assertEquals(new OpResult.Deleted(), results.get(4));
        assertEquals(List.of("s-0000000001"), client.children(root));
        assertEquals(List.of(), client.multi());
    }

    @Test
    void refusedTransactionsChangeNothing() {
        var failure = assertThrows(
                TransactionFailedException.class,
                () -> client.multi(Op.create(root + "/b", bytes("x")), Op.check(root, 9), Op.delete(root + "/b")));

        assertEquals(1, failure.failedOp());
        assertEquals(List.of(ErrorCode.OK, ErrorCode.BAD_VERSION, ErrorCode.RUNTIME_INCONSISTENCY), failure.codes());
        assertEquals(Optional.of(root), failure.path());
        assertEquals(List.of(), client.children(root));
    }

    @Test
    void readsInBatches() {
        client.create(root + "/a", bytes("1"));

        List<ReadResult> read = client.multiRead(List.of(
                new ReadOp.GetData(root + "/a"),
                new ReadOp.GetChildren(root + "/none"),
                new ReadOp.GetChildren(root),
                new ReadOp.GetData(root)));

        ReadResult.Data data = (ReadResult.Data) read.get(0);
        assertArrayEquals(bytes("1"), data.data());
        assertEquals(client.get(root + "/a").stat(), data.stat());
        assertEquals(new ReadResult.Failed(ErrorCode.NO_NODE), read.get(1));
        assertEquals(new ReadResult.Children(List.of("a")), read.get(2));
        assertNull(((ReadResult.Data) read.get(3)).data());
    }

    @Test
    void listsAndCountsWhatIsBelow() {
        for (String name : List.of("/a", "/a/b", "/a/b/c", "/d")) {
            client.create(root + name, null);
        }

        assertEquals(Set.of("a", "d"), new TreeSet<>(client.children(root)));
        assertEquals(client.get(root).stat(), client.childrenWithStat(root).stat());
        assertEquals(4, client.countDescendants(root));
        assertEquals(0, client.countDescendants(root + "/d"));
    }

    @Test
    void keepsAccessControlLists() {
        List<Acl> entries = List.of(new Acl(Acl.ALL, "world", "anyone"), new Acl(Acl.READ, "ip", "127.0.0.1"));
        client.create(root + "/a", null, CreateOptions.PERSISTENT.withAcl(entries));
        assertEquals(entries, client.getAcl(root + "/a"));

        Stat stat = client.setAcl(root + "/a", Acl.OPEN, 0);

        assertEquals(1, stat.aversion());
        assertEquals(Acl.OPEN, client.getAcl(root + "/a"));
        assertThrows(BadVersionException.class, () -> client.setAcl(root + "/a", entries, 0));
        assertThrows(InvalidAclException.class, () -> client.setAcl(root + "/a", List.of()));
        assertThrows(NoNodeException.class, () -> client.setAcl(root + "/none", entries));
    }

    @Test
    void tellsWhoItIsToTheServer() {
        assertTrue(client.whoAmI().contains(new AuthId("ip", "127.0.0.1")), "" + client.whoAmI());
    }

    @Test
    void syncsWithWhatOthersWrote() throws Exception {
        CompletableFuture<Void> synced = client.async().sync(root + "/need/not/exist");

        synced.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        client.sync("/");
    }

    @Test
    void answersPipelinedCallsInOrder() {
        List<Integer> versions = new ArrayList<>();
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            calls.add(client.async().set(root, null, -1).thenAccept(stat -> versions.add(stat.version())));
            calls.add(client.async().get(root, null).thenAccept(node -> versions.add(node.version())));
        }

        CompletableFuture.allOf(calls.toArray(new CompletableFuture<?>[0])).join();

        for (int i = 0; i < 1000; i++) {
            assertEquals(i / 2 + 1, versions.get(i));
        }
    }

    @Test
    void callbacksRunOnTheExecutorThatWasGiven() {
        ExecutorService ordered = Executors.newSingleThreadExecutor(task -> new Thread(task, "ordered"));
        try {
            CompletableFuture<Void> attached = new CompletableFuture<>();
            ordered.execute(attached::join); // keeps the call from being over before its callback is there
            CompletableFuture<String> thread = client.async(ordered)
                    .sync("/")
                    .thenApply(none -> Thread.currentThread().getName());
            attached.complete(null);

            assertEquals("ordered", thread.join());
        } finally {
            ordered.shutdown();
        }
    }

    @Test
    void chrootHidesWhatIsAbove() throws Exception {
        PinfoldClient inside = connect(server().connectString() + root);
        WatchLog events = new WatchLog();
        inside.watch("/", WatchMode.PERSISTENT_RECURSIVE, events);
        inside.children("/", events);

        assertEquals("/x", inside.create("/x", null).path());
        inside.create("/e", null, CreateMode.EPHEMERAL);

        assertEquals(Set.of("x", "e"), Set.copyOf(inside.children("/")));
        assertEquals(List.of("/e"), inside.ephemerals("/"));
        OpResult.Created created =
                (OpResult.Created) inside.multi(Op.create("/y", bytes(""))).get(0);
        assertEquals("/y", created.path());
        assertEquals(
                Optional.of("/none"),
                assertThrows(NoNodeException.class, () -> inside.get("/none")).path());
        assertTrue(inside.isWatched("/", WatcherType.PERSISTENT_RECURSIVE));
        assertTrue(inside.exists("/zookeeper").isPresent());
        assertTrue(client.exists(root + "/x").isPresent());
        settle(inside);
        assertEquals(
                List.of("NODE_CREATED /x", "NODE_CHILDREN_CHANGED /", "NODE_CREATED /e", "NODE_CREATED /y"),
                events.told());
    }

    @Test
    void closedClientRefusesCallsAndIsGoneFromTheServer() {
        client.create(root + "/e", null, CreateMode.EPHEMERAL);
        client.close();
        client.close();

        assertThrows(ClientClosedException.class, () -> client.get("/"));
        assertThrows(ClientClosedException.class, () -> client.awaitConnected(Duration.ofSeconds(1)));
        assertEquals(SessionState.CLOSED, client.sessionState());
        assertEquals(Duration.ZERO, client.session().remaining());
        assertEquals(Optional.empty(), other.exists(root + "/e"));
    }

    @Test
    void sessionHasTheTimeoutThatWasAgreed() {
        PinfoldClient modest = connect(server().connectString(), Duration.ofMillis(10));

        modest.awaitConnected(PATIENCE);

        assertEquals(Duration.ofSeconds(1), modest.session().timeout());
        assertEquals(SessionState.CONNECTED, modest.sessionState());
        assertTrue(modest.session().remaining().compareTo(Duration.ofMillis(500)) <= 0);
        assertNotNull(modest.exists("/").orElseThrow());
    }
}
