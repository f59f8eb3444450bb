package io.pinfold.client;

import static io.pinfold.client.VirtualClient.MILLI;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.CallHistory;
import io.pinfold.ClientClosedException;
import io.pinfold.ConnectionLostException;
import io.pinfold.NoNodeException;
import io.pinfold.OperationTimeoutException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.SessionExpiredException;
import io.pinfold.WatchMode;
import io.pinfold.wire.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What becomes of calls when things go wrong, and in which order they complete. */
class CallsTest {
    private final VirtualClient client = VirtualClient.connected();
    private final TinyServer server = client.host.server;

    private static PinfoldException failure(CompletableFuture<?> call) {
        assertTrue(call.isDone(), "still waiting");
        return (PinfoldException)
                assertThrows(CompletionException.class, call::join).getCause();
    }

    private void lose(TinyServer.Fault fault) {
        server.plan(fault, request -> !(request instanceof Request.Ping));
    }

    @Test
    void readIsTriedAgainWhenItsReplyWasLost() {
        lose(TinyServer.Fault.LOSE_REPLY);
        lose(TinyServer.Fault.LOSE_REQUEST);

        var call = client.settled(client.calls.get("/", null));

        assertArrayEquals(new byte[] {1}, call.join().data());
    }

    @Test
    void writeIsNotRepeatedWhenItsReplyWasLost() {
        lose(TinyServer.Fault.LOSE_REPLY);
        var set = client.settled(client.calls.set("/", new byte[0], -1));
        lose(TinyServer.Fault.LOSE_REQUEST);
        var delete = client.settled(client.calls.delete("/a", 3));
        lose(TinyServer.Fault.LOSE_REPLY);
        var create = client.settled(client.calls.create("/a", null, CreateOptions.PERSISTENT));

        assertInstanceOf(OutcomeUnknownException.class, failure(set));
        assertInstanceOf(OutcomeUnknownException.class, failure(delete));
        assertInstanceOf(OutcomeUnknownException.class, failure(create));
        assertEquals(3, server.requests.size());
    }

    @Test
    void whatFailsSaysInWhichSessionAndHowOftenItWasTried() {
        server.down = true;
        client.cut();
        CompletableFuture<?> call = client.calls.get("/", null);
        client.host.pass(20_000 * MILLI);

        PinfoldException failure = failure(call);
        CallHistory history = failure.history().orElseThrow();
        assertEquals(server.sessionId, history.sessionId());
        assertTrue(history.setbacks() > 1, history.toString());
        assertEquals(client.core.settings().operationTimeout(), history.elapsed());
        String message = String.valueOf(failure.getMessage());
        assertTrue(message.matches("(?s).*\\(session 0x[0-9a-f]+, [1-9]\\d* setbacks? in [1-9]\\d* ms\\)"), message);
    }

    @Test
    void lossOfAReplyIsASetbackEvenIfNothingIsTriedAgain() {
        lose(TinyServer.Fault.LOSE_REPLY);

        PinfoldException failure = failure(client.settled(client.calls.delete("/a", -1)));

        assertEquals(1, failure.history().orElseThrow().setbacks());
        assertEquals(Optional.of("/a"), failure.path());
    }

    @Test
    void refusedCallHadNoSetback() {
        PinfoldException failure = failure(client.settled(client.calls.get("/none", null)));

        assertEquals(0, failure.history().orElseThrow().setbacks());
        assertEquals(server.sessionId, failure.history().orElseThrow().sessionId());
    }

    @Test
    void callMadeWithoutAConnectionWaitsForOne() {
        server.down = true;
        client.cut();
        client.settled(client.calls.exists("/", null));
        var call = client.calls.create("/a", null, CreateOptions.PERSISTENT);
        client.host.pass(1000 * MILLI);
        assertFalse(call.isDone());

        server.down = false;
        client.host.pass(1100 * MILLI);

        assertEquals("/a", call.join().path());
    }

    @Test
    void operationTimeoutBoundsACallThatWaitsForAConnection() {
        server.down = true;
        client.cut();
        var call = client.calls.get("/", null);

        client.host.pass(2999 * MILLI);
        assertFalse(call.isDone());
        client.host.pass(2 * MILLI);

        assertInstanceOf(ConnectionLostException.class, failure(call));
        assertTrue(
                failure(call).getMessage().contains("it is down"), failure(call).getMessage());
    }

    @Test
    void operationTimeoutBoundsACallThatIsNotAnswered() {
        VirtualClient hasty = new VirtualClient(VirtualClient.builder().operationTimeout(Duration.ofSeconds(1)));
        hasty.host.server.plan(TinyServer.Fault.SWALLOW_REPLY, request -> request instanceof Request.GetData);
        var read = hasty.calls.get("/", null);
        hasty.host.pass(1001 * MILLI);

        assertInstanceOf(OperationTimeoutException.class, failure(read));

        VirtualClient other = new VirtualClient(VirtualClient.builder().operationTimeout(Duration.ofSeconds(1)));
        other.host.server.plan(TinyServer.Fault.SWALLOW_REPLY, request -> request instanceof Request.SetData);
        var write = other.calls.set("/", null, -1);
        other.host.pass(1001 * MILLI);

        assertInstanceOf(OutcomeUnknownException.class, failure(write));
    }

    @Test
    void policyDecidesHowOftenAReadIsTried() {
        VirtualClient once = new VirtualClient(VirtualClient.builder().retry(RetryPolicy.NEVER));
        once.cut();
        var call = once.settled(once.calls.get("/", null));

        assertInstanceOf(ConnectionLostException.class, failure(call));
        assertEquals(1, once.host.server.requests.size());
    }

    @Test
    void policyThatThrowsDoesNotKeepOtherCallsFromBeingSettled() {
        VirtualClient broken = new VirtualClient(VirtualClient.builder().retry(attempt -> {
            throw new IllegalStateException("on purpose");
        }));
        broken.cut();
        var first = broken.calls.get("/", null);
        var second = broken.calls.set("/", null, -1);
        broken.host.pass(500 * MILLI);

        assertInstanceOf(ConnectionLostException.class, failure(first));
        assertInstanceOf(OutcomeUnknownException.class, failure(second));
    }

    @Test
    void endOfTheSessionEndsPendingCalls() {
        lose(TinyServer.Fault.LOSE_SESSION);
        var lost = client.calls.exists("/", null);
        var behind = client.calls.exists("/", null);

        client.host.pass(500 * MILLI);

        assertInstanceOf(SessionExpiredException.class, failure(lost));
        assertInstanceOf(SessionExpiredException.class, failure(behind));
        assertTrue(client.settled(client.calls.exists("/", null)).join().isPresent());
    }

    @Test
    void callsCompleteInTheOrderOfTheCalls() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            client.calls.exists(i % 3 == 0 ? "/none" : "/", null).thenRun(() -> order.add(number));
        }

        client.host.run();

        assertEquals(java.util.stream.IntStream.range(0, 20).boxed().toList(), order);
    }

    @Test
    void missingZnodeIsAnEmptyAnswerToExistsAndAnErrorToGet() {
        assertEquals(
                Optional.empty(),
                client.settled(client.calls.exists("/x", null)).join());
        PinfoldException failure = failure(client.settled(client.calls.get("/x", null)));

        assertInstanceOf(NoNodeException.class, failure);
        assertEquals(Optional.of("/x"), failure.path());
    }

    @Test
    void illegalPathsAreRefusedBeforeAnythingIsSent() {
        int before = server.requests.size();

        for (String path : List.of("", "x", "/x/", "//", "/a/../b", "/a\u0000")) {
            assertInstanceOf(BadArgumentsException.class, failure(client.calls.get(path, null)));
            assertInstanceOf(BadArgumentsException.class, failure(client.calls.delete(path, -1)));
            assertInstanceOf(
                    BadArgumentsException.class, failure(client.calls.watch(path, WatchMode.PERSISTENT, e -> {})));
        }
        client.host.run();

        assertEquals(before, server.requests.size());
    }

    @Test
    void sequentialCreationMayEndWithASlash() {
        client.settled(client.calls.create("/a", null, CreateOptions.PERSISTENT))
                .join();

        var call = client.settled(client.calls.create("/a/", null, CreateOptions.EPHEMERAL_SEQUENTIAL));

        assertEquals("/a/0000000000", call.join().path());
        assertInstanceOf(
                BadArgumentsException.class, failure(client.calls.create("/a/", null, CreateOptions.PERSISTENT)));
    }

    @Test
    void requestThatIsTooLongIsRefusedBeforeItIsSent() {
        int before = server.requests.size();

        var set = client.settled(client.calls.set("/", new byte[1 << 20], -1));
        var create = client.settled(client.calls.create("/a", new byte[1 << 20], CreateOptions.PERSISTENT.withGuard()));

        assertInstanceOf(BadArgumentsException.class, failure(set));
        assertInstanceOf(BadArgumentsException.class, failure(create));
        assertEquals(before, server.requests.size());
    }

    @Test
    void timeToLiveGoesWithItsModesOnly() {
        var without = client.calls.create("/a", null, CreateOptions.of(io.pinfold.CreateMode.PERSISTENT_WITH_TTL));
        var with = client.calls.create("/a", null, CreateOptions.PERSISTENT.withTtl(Duration.ofSeconds(1)));

        assertInstanceOf(BadArgumentsException.class, failure(without));
        assertInstanceOf(BadArgumentsException.class, failure(with));
    }

    @Test
    void sureDeletionGoesOnOverLostConnections() {
        client.settled(client.calls.create("/a", null, CreateOptions.EPHEMERAL)).join();
        server.plan(TinyServer.Fault.LOSE_REQUEST, request -> request instanceof Request.Delete);
        server.plan(TinyServer.Fault.LOSE_REPLY, request -> request instanceof Request.Delete);

        var call = client.settled(client.calls.deleteForSure("/a"));

        assertTrue(call.isDone());
        assertFalse(server.znodes.containsKey("/a"));
    }

    @Test
    void sureDeletionOutlivesTheOperationTimeoutAndEndsWithTheSession() {
        server.down = true;
        client.cut();
        var call = client.calls.deleteForSure("/a");
        client.host.pass(7000 * MILLI);
        assertFalse(call.isDone());

        client.host.pass(1500 * MILLI);

        assertTrue(call.isDone() && !call.isCompletedExceptionally());
    }

    @Test
    void closedClientRefusesCalls() {
        client.core.submit(() -> client.core.session().close(client.host.now, client.host.now + 1000 * MILLI));
        client.host.pass(10 * MILLI);

        var call = client.calls.get("/", null);
        var guarded = client.calls.create("/a", null, CreateOptions.EPHEMERAL_SEQUENTIAL.withGuard());
        client.host.run();

        assertInstanceOf(ClientClosedException.class, failure(call));
        assertInstanceOf(ClientClosedException.class, failure(guarded));
        assertTrue(client.calls.deleteForSure("/a").isDone() || runAndDone(client.calls.deleteForSure("/a")));
        assertTrue(client.host.closed);
    }

    private boolean runAndDone(CompletableFuture<?> call) {
        client.host.run();
        return call.isDone();
    }

    @Test
    void pathsAreRelativeToTheChroot() {
        VirtualClient chrooted =
                new VirtualClient(PinfoldClient.builder("server/app").sessionTimeout(Duration.ofSeconds(6)));
        TinyServer there = chrooted.host.server;

        var created = chrooted.settled(chrooted.calls.create("/a/b", null, CreateOptions.PERSISTENT.withParents()));
        var listed = chrooted.settled(chrooted.calls.children("/", null));

        assertEquals("/a/b", created.join().path());
        assertTrue(there.znodes.containsKey("/app/a/b"));
        assertEquals(List.of("a"), listed.join().names());
        assertEquals("/", listed.join().path());
    }

    @Test
    void subscriptionClosedByItsWatcherIsNotToldAgain() {
        List<String> events = new ArrayList<>();
        Subscription[] own = new Subscription[1];
        own[0] = client.settled(client.calls.watch("/", WatchMode.PERSISTENT, event -> {
                    events.add(event.type().toString());
                    own[0].close();
                }))
                .join();
        server.plan(TinyServer.Fault.LOSE_REPLY, request -> request instanceof Request.Exists);
        client.settled(client.calls.exists("/", null)).join();
        server.plan(TinyServer.Fault.LOSE_REPLY, request -> request instanceof Request.Exists);
        client.settled(client.calls.exists("/", null)).join();

        assertEquals(List.of("RESYNC"), events);
        assertTrue(server.requests.contains(new Request.RemoveWatches("/", 4)));
    }
}
