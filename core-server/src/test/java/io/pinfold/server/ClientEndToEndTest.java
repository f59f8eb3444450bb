package io.pinfold.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadVersionException;
import io.pinfold.ClientClosedException;
import io.pinfold.ConnectionLostException;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.NoNodeException;
import io.pinfold.NodeExistsException;
import io.pinfold.NotEmptyException;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.ReadOp;
import io.pinfold.ReadResult;
import io.pinfold.TransactionFailedException;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Created;
import io.pinfold.client.Node;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our client on our server, over real sockets. */
class ClientEndToEndTest {
    private PinfoldServer server;
    private PinfoldClient client;
    private final BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws IOException {
        server = PinfoldServer.start(ServerConfig.standalone().withClientPort(0));
        client = connect(server.connectString());
    }

    private static PinfoldClient connect(String connectString) {
        return PinfoldClient.builder(connectString)
                .sessionTimeout(Duration.ofSeconds(10))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private WatchEvent nextEvent() throws InterruptedException {
        WatchEvent event = events.poll(10, TimeUnit.SECONDS);
        assertNotNull(event, "no event came");
        return event;
    }

    @Test
    void znodesAreCreatedReadChangedAndDeleted() {
        Created created = client.create("/a", bytes("one"));
        Node node = client.get("/a");
        assertArrayEquals(bytes("one"), node.data());
        assertEquals(created.stat(), node.stat());

        assertEquals(1, client.set("/a", bytes("two"), 0).version());
        assertThrows(BadVersionException.class, () -> client.set("/a", null, 0));
        assertNull(
                client.create("/a/b", null).stat().ephemeralOwner() == 0
                        ? client.get("/a/b").data()
                        : bytes("x"));
        assertEquals(List.of("b"), client.children("/a"));
        assertEquals(1, client.childrenWithStat("/a").stat().numChildren());
        assertEquals(1, client.countDescendants("/a"));
        assertThrows(NodeExistsException.class, () -> client.create("/a", null));
        assertThrows(NotEmptyException.class, () -> client.delete("/a"));
        assertThrows(BadVersionException.class, () -> client.delete("/a/b", 7));
        client.delete("/a/b", 0);
        client.delete("/a");

        assertEquals(Optional.empty(), client.exists("/a"));
        assertThrows(NoNodeException.class, () -> client.get("/a"));
        client.sync("/");
    }

    @Test
    void transactionsHappenAsAWholeOrNotAtAll() {
        client.create("/a", bytes("1"));

        List<OpResult> results =
                client.multi(Op.check("/a", 0), Op.set("/a", bytes("2")), Op.create("/b", bytes("x")), Op.delete("/b"));
        var failure =
                assertThrows(TransactionFailedException.class, () -> client.multi(Op.delete("/a"), Op.check("/none")));

        assertEquals(4, results.size());
        assertInstanceOf(OpResult.Created.class, results.get(2));
        assertEquals(1, failure.failedOp());
        assertEquals(List.of(ErrorCode.OK, ErrorCode.NO_NODE), failure.codes());
        List<ReadResult> read = client.multiRead(
                List.of(new ReadOp.GetData("/a"), new ReadOp.GetChildren("/none"), new ReadOp.GetChildren("/a")));
        assertArrayEquals(bytes("2"), ((ReadResult.Data) read.get(0)).data());
        assertEquals(new ReadResult.Failed(ErrorCode.NO_NODE), read.get(1));
        assertEquals(new ReadResult.Children(List.of()), read.get(2));
    }

    @Test
    void ephemeralZnodesBelongToTheirSession() {
        Created node = client.create("/e", null, CreateMode.EPHEMERAL);
        assertEquals(client.session().id(), node.stat().ephemeralOwner());
        assertEquals(List.of("/e"), client.ephemerals("/"));

        try (PinfoldClient other = connect(server.connectString())) {
            other.create("/f", null, CreateMode.EPHEMERAL);
            assertTrue(client.exists("/f").isPresent());
        }

        assertEquals(Optional.empty(), client.exists("/f"));
        assertTrue(client.exists("/e").isPresent());
    }

    @Test
    void oneShotWatchesTellOnce() throws InterruptedException {
        client.exists("/a", events::add);
        client.create("/a", null);
        assertEquals(WatchEvent.Type.NODE_CREATED, nextEvent().type());

        client.get("/a", events::add);
        client.children("/a", events::add);
        client.set("/a", bytes("x"));
        client.set("/a", bytes("y"));
        client.create("/a/b", null);

        assertEquals(WatchEvent.Type.NODE_DATA_CHANGED, nextEvent().type());
        assertEquals(WatchEvent.Type.NODE_CHILDREN_CHANGED, nextEvent().type());
        client.async().sync("/").join(); // behind all events
        assertTrue(events.isEmpty(), events.toString());
    }

    @Test
    void lastingWatchesTellUntilTheyAreClosed() throws InterruptedException {
        Subscription subscription = client.watch("/t", WatchMode.PERSISTENT_RECURSIVE, events::add);
        client.create("/t", null);
        client.create("/t/x", null);
        client.delete("/t/x");
        assertEquals("/t", nextEvent().path());
        assertEquals("/t/x", nextEvent().path());
        assertEquals(WatchEvent.Type.NODE_DELETED, nextEvent().type());

        subscription.close();
        client.create("/t/y", null);
        client.async().sync("/").join();

        assertTrue(events.isEmpty(), events.toString());
    }

    @Test
    void brokenConnectionIsReplacedAndNoEventIsLost() throws InterruptedException {
        client.create("/a", null);
        client.get("/a", events::add);
        client.watch("/a", WatchMode.PERSISTENT, events::add);
        Session before = client.session();
        BlockingQueue<SessionState> states = new LinkedBlockingQueue<>();
        client.addSessionListener((session, state) -> states.add(state));

        try (PinfoldClient other = connect(server.connectString())) {
            other.awaitConnected(Duration.ofSeconds(10));
            assertTrue(server.dropConnection(before.id()));
            other.set("/a", bytes("x"));
        }

        assertEquals(SessionState.SUSPENDED, states.poll(10, TimeUnit.SECONDS));
        assertEquals(SessionState.CONNECTED, states.poll(10, TimeUnit.SECONDS));
        assertEquals(before.id(), client.session().id());
        // Whether the change came before, between or after the two connections: it is told, and so is the gap.
        Set<WatchEvent.Type> told = EnumSet.noneOf(WatchEvent.Type.class);
        while (!told.equals(EnumSet.of(WatchEvent.Type.NODE_DATA_CHANGED, WatchEvent.Type.RESYNC))) {
            told.add(nextEvent().type());
        }
    }

    @Test
    void callsGoOnWhileConnectionsBreak() {
        client.create("/n", null);
        List<CompletableFuture<?>> reads = new ArrayList<>();

        for (int i = 0; i < 2000; i++) {
            reads.add(client.async().get("/n", null));
            if (i % 400 == 200) {
                client.create("/n/lock-", null, CreateOptions.EPHEMERAL_SEQUENTIAL.withGuard());
                server.dropConnection(client.session().id());
            }
        }

        CompletableFuture.allOf(reads.toArray(new CompletableFuture<?>[0])).join();
        assertEquals(5, client.children("/n").size());
    }

    @Test
    void expiredSessionIsReplacedAndItsZnodesAreGone() throws InterruptedException {
        client.create("/e", null, CreateMode.EPHEMERAL);
        client.watch("/e", WatchMode.PERSISTENT, events::add);
        Session first = client.session();
        BlockingQueue<SessionState> states = new LinkedBlockingQueue<>();
        client.addSessionListener((session, state) -> states.add(state));

        assertTrue(server.expireSession(first.id()));

        assertEquals(SessionState.SUSPENDED, states.poll(10, TimeUnit.SECONDS));
        assertEquals(SessionState.EXPIRED, states.poll(10, TimeUnit.SECONDS));
        assertEquals(SessionState.CONNECTED, states.poll(10, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), client.exists("/e"));
        assertEquals(SessionState.EXPIRED, first.state());
        assertEquals(Duration.ZERO, first.remaining());
        assertNotEquals(first.id(), client.session().id());
        WatchEvent event = nextEvent();
        if (event.type() == WatchEvent.Type.NODE_DELETED) {
            event = nextEvent(); // the deletion may still have been seen
        }
        assertEquals(WatchEvent.Type.RESYNC, event.type());
    }

    @Test
    void sessionOutlivesARestartOfTheServer(@TempDir Path dir) throws IOException {
        ServerConfig config = ServerConfig.standalone().withClientPort(0).withDataDir(dir);
        PinfoldServer first = PinfoldServer.start(config);
        int port = first.clientPort();
        try (PinfoldClient lasting = connect(first.connectString())) {
            lasting.create("/e", null, CreateMode.EPHEMERAL);
            long session = lasting.session().id();
            first.close();
            CompletableFuture<Node> waiting = lasting.async().get("/e", null);
            try (PinfoldServer second = PinfoldServer.start(config.withClientPort(port))) {
                assertEquals(session, waiting.join().stat().ephemeralOwner());
                assertEquals(session, lasting.session().id());
                assertNotNull(second);
                lasting.close();
            }
        }
    }

    @Test
    void secondServerOfTheListTakesOver() throws IOException {
        String deadFirst = "127.0.0.1:1,127.0.0.1:" + server.clientPort();
        try (PinfoldClient both = connect(deadFirst)) {
            both.awaitConnected(Duration.ofSeconds(10));
            assertEquals(SessionState.CONNECTED, both.sessionState());
        }
    }

    @Test
    void clientWithoutServerSaysWhyWithinItsTimeout() {
        try (PinfoldClient lonely = PinfoldClient.builder("127.0.0.1:1")
                .operationTimeout(Duration.ofMillis(200))
                .build()) {
            var failure = assertThrows(ConnectionLostException.class, () -> lonely.get("/"));
            assertTrue(failure.getMessage().contains("127.0.0.1:1"), failure.getMessage());
            assertThrows(ConnectionLostException.class, () -> lonely.awaitConnected(Duration.ofMillis(50)));
        }
    }

    @Test
    void chrootHidesWhatIsAbove() {
        client.create("/app", null);
        try (PinfoldClient inside = connect(server.connectString() + "/app")) {
            inside.watch("/", WatchMode.PERSISTENT_RECURSIVE, events::add);
            assertEquals("/x", inside.create("/x", null).path());
            assertEquals(List.of("x"), inside.children("/"));
            inside.create("/e", null, CreateMode.EPHEMERAL);
            assertEquals(List.of("/e"), inside.ephemerals("/"));
            assertEquals("/x", nextEvent().path());
            OpResult.Created created =
                    (OpResult.Created) inside.multi(Op.create("/y", bytes(""))).get(0);
            assertEquals("/y", created.path());
            assertTrue(inside.exists("/zookeeper").isPresent());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertTrue(client.exists("/app/x").isPresent());
    }

    @Test
    void closedClientRefusesCalls() {
        client.create("/a", null);
        client.close();
        client.close();

        assertThrows(ClientClosedException.class, () -> client.get("/a"));
        assertThrows(ClientClosedException.class, () -> client.awaitConnected(Duration.ofSeconds(1)));
        assertEquals(SessionState.CLOSED, client.sessionState());
    }

    @Test
    void callbacksRunOnTheExecutorThatWasGiven() {
        List<Thread> threads = new ArrayList<>();
        var ordered = java.util.concurrent.Executors.newSingleThreadExecutor(task -> new Thread(task, "ordered"));
        try {
            client.async(ordered)
                    .get("/", null)
                    .thenRun(() -> threads.add(Thread.currentThread()))
                    .join();
            assertEquals("ordered", threads.get(0).getName());
        } finally {
            ordered.shutdown();
        }
        client.async()
                .get("/", null)
                .thenRun(() -> threads.add(Thread.currentThread()))
                .join();
        assertFalse(
                threads.get(1).getName().contains("client-io"), threads.get(1).getName());
    }
}
