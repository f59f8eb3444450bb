package io.pinfold.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.AuthFailedException;
import io.pinfold.AuthId;
import io.pinfold.ConnectionLostException;
import io.pinfold.CreateMode;
import io.pinfold.NoAuthException;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.SessionExpiredException;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.WatcherType;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Created;
import io.pinfold.client.Node;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What our client makes of lost connections, lost replies, lost sessions and lost servers, on whatever server. */
abstract class ClientOutageContractTest extends ClientWatchContractTest {
    private static final int DELETE = 2;
    private static final int GET_DATA = 4;
    private static final int SET_DATA = 5;
    private static final int MULTI = 14;
    private static final int CREATE2 = 15;
    private static final AuthId USER = new AuthId("digest", "user");

    private final WatchLog events = new WatchLog();
    private final WatchLog lasting = new WatchLog();

    // ---- identities ----------------------------------------------------------------------------------------------

    @Test
    void identityIsBroughtToEveryConnection() {
        client.addAuth("digest", bytes("user:password"));
        client.create(root + "/mine", bytes("secret"), CreateOptions.PERSISTENT.withAcl(Acl.CREATOR_ALL));
        assertTrue(client.whoAmI().contains(USER), "" + client.whoAmI());
        Acl entry = client.getAcl(root + "/mine").get(0);
        assertEquals("digest", entry.scheme());
        assertTrue(entry.id().startsWith("user:"), entry.id());

        network.cut();

        assertArrayEquals(bytes("secret"), client.get(root + "/mine").data());
        assertThrows(NoAuthException.class, () -> other.get(root + "/mine"));
        assertThrows(NoAuthException.class, () -> other.set(root + "/mine", null));
        client.delete(root + "/mine");
    }

    @Test
    void callsBehindAnIdentityRunWithIt() {
        CreateOptions mine = CreateOptions.PERSISTENT.withAcl(Acl.CREATOR_ALL);

        CompletableFuture<Void> added = client.async().addAuth("digest", bytes("user:password"));
        client.create(root + "/mine", null, mine);

        added.join();
        assertThrows(NoAuthException.class, () -> other.get(root + "/mine"));
    }

    @Test
    void refusedIdentityEndsTheClient() {
        assertThrows(AuthFailedException.class, () -> client.addAuth("no-such-scheme", bytes("x")));

        assertThrows(AuthFailedException.class, () -> client.get(root));
    }

    // ---- lost connections ----------------------------------------------------------------------------------------

    @Test
    void everyMissedEventIsToldOnceTheConnectionIsReplaced() throws Exception {
        for (String name : List.of("/changed", "/deleted", "/parent", "/untouched", "/watched")) {
            client.create(root + name, null);
        }
        client.get(root + "/changed", events);
        client.exists(root + "/deleted", events);
        client.exists(root + "/created", events);
        client.children(root + "/parent", events);
        client.get(root + "/untouched", events);
        client.watch(root + "/watched", WatchMode.PERSISTENT_RECURSIVE, lasting);
        Session before = client.session();
        BlockingQueue<SessionState> states = statesOf(client);

        network.isolate();
        other.set(root + "/changed", bytes("x"));
        other.delete(root + "/deleted");
        other.create(root + "/created", null);
        other.create(root + "/parent/child", null);
        network.restore();

        assertEquals(WatchEvent.Type.RESYNC, lasting.next().type());
        settle(client);
        assertEquals(
                List.of(
                        "NODE_CHILDREN_CHANGED " + root + "/parent",
                        "NODE_CREATED " + root + "/created",
                        "NODE_DATA_CHANGED " + root + "/changed",
                        "NODE_DELETED " + root + "/deleted"),
                events.told().stream().sorted().toList());
        assertEquals(List.of(), lasting.told());
        assertEquals(SessionState.SUSPENDED, states.poll(20, TimeUnit.SECONDS));
        assertEquals(SessionState.CONNECTED, states.poll(20, TimeUnit.SECONDS));
        assertEquals(before.id(), client.session().id());
        assertTrue(client.isWatched(root + "/untouched", WatcherType.DATA));
        assertTrue(client.isWatched(root + "/watched", WatcherType.PERSISTENT_RECURSIVE));
        other.create(root + "/watched/x", null);
        assertEquals(root + "/watched/x", lasting.next().path());
    }

    @Test
    void reconnectsToAnotherServerOfTheListAndLosesNoEvent() throws Exception {
        FaultProxy first = open(FaultProxy.to(server().port()));
        FaultProxy second = open(FaultProxy.to(server().port()));
        PinfoldClient both = connect(first.connectString() + "," + second.connectString());
        other.create(root + "/a", bytes("old"));
        other.create(root + "/b", bytes("old"));
        both.get(root + "/a", events);
        both.watch(root + "/b", WatchMode.PERSISTENT, lasting);
        Session before = both.session();
        FaultProxy inUse = first.connections() > 0 ? first : second;
        FaultProxy spare = inUse == first ? second : first;

        spare.refuse(true); // until the data has changed
        inUse.isolate();
        other.set(root + "/a", bytes("new"));
        other.set(root + "/b", bytes("new"));
        spare.restore();

        assertArrayEquals(bytes("new"), both.get(root + "/a").data());
        assertEquals(1, spare.connections());
        assertEquals(0, inUse.connections());
        assertEquals(before.id(), both.session().id());
        assertEquals(SessionState.CONNECTED, before.state());
        settle(both);
        assertEquals(List.of("NODE_DATA_CHANGED " + root + "/a"), events.told());
        assertEquals(List.of("RESYNC " + root + "/b"), lasting.told());
        other.set(root + "/a", bytes("newer"));
        other.set(root + "/b", bytes("newer"));
        settle(both);
        assertEquals(List.of(), events.told());
        assertEquals(List.of("NODE_DATA_CHANGED " + root + "/b"), lasting.told());
    }

    @Test
    void callsGoOnWhileConnectionsBreak() {
        List<CompletableFuture<?>> reads = new ArrayList<>();

        for (int i = 0; i < 2000; i++) {
            reads.add(client.async().get(root, null));
            if (i % 400 == 200) {
                client.create(root + "/lock-", null, CreateOptions.EPHEMERAL_SEQUENTIAL.withGuard());
                network.cut();
            }
        }

        CompletableFuture.allOf(reads.toArray(new CompletableFuture<?>[0])).join();
        assertEquals(5, client.children(root).size());
    }

    @Test
    void secondServerOfTheListIsTriedWhenTheFirstIsDead() {
        PinfoldClient lucky = connect("127.0.0.1:1,127.0.0.1:" + server().port());

        lucky.awaitConnected(PATIENCE);

        assertEquals(SessionState.CONNECTED, lucky.sessionState());
    }

    @Test
    void withoutAnyServerACallSaysWhyWithinItsTimeout() {
        PinfoldClient lonely = open(PinfoldClient.builder("127.0.0.1:1")
                .operationTimeout(Duration.ofMillis(200))
                .build());

        var failure = assertThrows(ConnectionLostException.class, () -> lonely.get("/"));

        assertTrue(failure.getMessage().contains("127.0.0.1:1"), failure.getMessage());
        assertThrows(ConnectionLostException.class, () -> lonely.awaitConnected(Duration.ofMillis(50)));
    }

    // ---- lost replies --------------------------------------------------------------------------------------------

    @Test
    void lostReplyOfAReadIsAskedForAgain() {
        CompletableFuture<Void> lost = network.loseReply(GET_DATA, 1);

        Node node = client.get(root, events);

        assertTrue(lost.isDone());
        assertEquals(root, node.path());
        assertTrue(client.isWatched(root, WatcherType.DATA));
    }

    @Test
    void lostReplyOfAWriteIsAnUnknownOutcomeAndNoSecondWrite() {
        network.loseReply(SET_DATA, 1);
        assertThrows(OutcomeUnknownException.class, () -> client.set(root, bytes("x")));
        assertEquals(1, client.get(root).version());

        network.loseRequest(SET_DATA, 1);
        assertThrows(OutcomeUnknownException.class, () -> client.set(root, bytes("y")));
        assertEquals(1, client.get(root).version());

        network.loseReply(CREATE2, 1);
        assertThrows(
                OutcomeUnknownException.class,
                () -> client.create(root + "/s-", null, CreateMode.EPHEMERAL_SEQUENTIAL));
        assertEquals(List.of("s-0000000000"), client.children(root));
    }

    @Test
    void guardedCreationSettlesALostReplyAndALostRequest() {
        CompletableFuture<Void> lostReply = network.loseReply(CREATE2, 1);
        Created first = client.create(root + "/lock-", null, CreateOptions.EPHEMERAL_SEQUENTIAL.withGuard());
        assertTrue(lostReply.isDone());
        assertEquals(List.of(first.path().substring(root.length() + 1)), client.children(root));
        assertEquals(client.get(first.path()).stat(), first.stat());

        CompletableFuture<Void> lostRequest = network.loseRequest(CREATE2, 1);
        Created second = client.create(root + "/lock-", null, CreateOptions.EPHEMERAL_SEQUENTIAL.withGuard());
        assertTrue(lostRequest.isDone());
        assertTrue(second.path().endsWith("-lock-0000000001"), second.path());
        assertEquals(2, client.children(root).size());
    }

    @Test
    void transactionWithAMarkerHappensOnceThoughAReplyAndARequestAreLost() {
        client.create(root + "/set", null);
        List<Op> change = List.of(Op.set(root + "/set", bytes("x")));
        Optional<List<OpResult>> first = client.multiOnce(change, root + "/marks");
        assertEquals(
                2,
                first.map(results -> ((OpResult.DataSet) results.get(0)).stat().version() + 1)
                        .orElseThrow());

        CompletableFuture<Void> lostReply = network.loseReply(MULTI, 1);
        assertEquals(Optional.empty(), client.multiOnce(change, root + "/marks"));
        lostReply.join();
        CompletableFuture<Void> lostRequest = network.loseRequest(MULTI, 1);
        assertTrue(client.multiOnce(change, root + "/marks").isPresent());
        lostRequest.join();

        assertEquals(3, client.get(root + "/set").version());
    }

    @Test
    void deletionForSureOutlivesLostRequestsAndReplies() throws Exception {
        client.create(root + "/unique", null);
        network.loseRequest(DELETE, 1);
        CompletableFuture<Void> lost = network.loseReply(DELETE, 1);

        client.async().deleteForSure(root + "/unique").get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertTrue(lost.isDone());
        assertEquals(Optional.empty(), other.exists(root + "/unique"));
    }

    // ---- lost sessions and servers -------------------------------------------------------------------------------

    @Test
    void expiredSessionIsReplacedAndEverybodyIsTold() throws Exception {
        PinfoldClient mortal = connect(network.connectString(), Duration.ofMillis(1500));
        mortal.create(root + "/e", null, CreateMode.EPHEMERAL);
        mortal.get(root, events);
        mortal.watch(root, WatchMode.PERSISTENT, lasting);
        Session first = mortal.session();
        BlockingQueue<SessionState> states = statesOf(mortal);

        network.isolate();
        CompletableFuture<Node> waiting = mortal.async().get(root, null);
        await().atMost(PATIENCE).until(() -> other.exists(root + "/e").isEmpty());
        network.restore();

        assertEquals(SessionState.SUSPENDED, states.poll(20, TimeUnit.SECONDS));
        assertEquals(SessionState.EXPIRED, states.poll(20, TimeUnit.SECONDS));
        assertEquals(SessionState.CONNECTED, states.poll(20, TimeUnit.SECONDS));
        assertEquals(SessionState.EXPIRED, first.state());
        assertEquals(Duration.ZERO, first.remaining());
        assertNotEquals(first.id(), mortal.session().id());
        assertInstanceOf(
                SessionExpiredException.class,
                assertThrows(CompletionException.class, waiting::join).getCause());
        assertEquals(WatchEvent.Type.WATCH_LOST, events.next().type());
        assertEquals(WatchEvent.Type.RESYNC, lasting.next().type());
        mortal.set(root, bytes("again"));
        assertEquals(WatchEvent.Type.NODE_DATA_CHANGED, lasting.next().type());
        assertEquals(List.of(), events.told());
    }

    @Test
    void sessionOutlivesARestartOfTheServer() throws Exception {
        Created ephemeral = client.create(root + "/e", bytes("mine"), CreateMode.EPHEMERAL);
        client.get(root + "/e", events);
        client.watch(root, WatchMode.PERSISTENT, lasting);
        long session = client.session().id();
        BlockingQueue<SessionState> states = statesOf(client);

        server().restart();

        assertEquals(SessionState.SUSPENDED, states.poll(20, TimeUnit.SECONDS));
        assertEquals(SessionState.CONNECTED, states.poll(20, TimeUnit.SECONDS));
        assertEquals(ephemeral.stat(), client.get(root + "/e").stat());
        assertEquals(session, client.session().id());
        assertEquals(WatchEvent.Type.RESYNC, lasting.next().type());
        other.set(root + "/e", bytes("yours"));
        assertEquals(WatchEvent.Type.NODE_DATA_CHANGED, events.next().type());
    }

    private static BlockingQueue<SessionState> statesOf(PinfoldClient client) {
        BlockingQueue<SessionState> states = new LinkedBlockingQueue<>();
        client.addSessionListener((session, state) -> states.add(state));
        return states;
    }
}
