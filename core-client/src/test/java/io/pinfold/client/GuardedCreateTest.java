package io.pinfold.client;

import static io.pinfold.client.VirtualClient.MILLI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.OperationTimeoutException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.SessionExpiredException;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A creation with a guard happens exactly once, whatever is lost on the way. */
class GuardedCreateTest {
    private static final CreateOptions SEQUENTIAL =
            CreateOptions.EPHEMERAL_SEQUENTIAL.withParents().withGuard();
    private static final CreateOptions PLAIN =
            CreateOptions.of(CreateMode.EPHEMERAL).withParents().withGuard();

    private static Throwable failure(CompletableFuture<?> call) throws InterruptedException {
        assertTrue(call.isDone(), "still waiting");
        try {
            throw new AssertionError("succeeded with " + call.get());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    private static List<String> created(VirtualClient client) {
        List<String> paths = new ArrayList<>();
        for (String path : client.host.server.znodes.keySet()) {
            if (path.contains("_c_")) {
                paths.add(path);
            }
        }
        return paths;
    }

    @Test
    void nameBeginsWithTheGuard() {
        VirtualClient client = VirtualClient.connected();

        Created created = client.settled(client.calls.create("/locks/a/lock-", null, SEQUENTIAL))
                .join();

        assertTrue(
                created.path()
                        .matches("/locks/a/_c_[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f-]{17}-lock-0000000000"),
                created.path());
        assertEquals(List.of(created.path()), created(client));
    }

    /** At which requests of the call something is lost. */
    record Case(CreateOptions options, TinyServer.Fault fault, List<Integer> requests) {
        @Override
        public String toString() {
            return options.mode() + " " + fault + " at " + requests;
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (CreateOptions options : List.of(SEQUENTIAL, PLAIN)) {
            for (TinyServer.Fault fault : List.of(TinyServer.Fault.LOSE_REQUEST, TinyServer.Fault.LOSE_REPLY)) {
                for (int first = 1; first <= 8; first++) {
                    cases.add(new Case(options, fault, List.of(first)));
                    for (int second = first + 1; second <= 8; second++) {
                        cases.add(new Case(options, fault, List.of(first, second)));
                    }
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lostMessagesNeitherDoubleNorLoseIt(Case row) {
        VirtualClient client = VirtualClient.connected();
        TinyServer server = client.host.server;
        int before = server.requests.size();
        for (int at : row.requests) {
            server.plan(row.fault, request -> server.requests.size() - before == at);
        }

        Created created = client.settled(client.calls.create("/locks/lock-", null, row.options))
                .join();

        assertEquals(List.of(created.path()), created(client));
        assertEquals(server.znodes.get(created.path()), created.stat());
        assertEquals(server.sessionId, created.stat().ephemeralOwner());
    }

    @Test
    void lostReplyIsSettledBehindASync() {
        VirtualClient client = VirtualClient.connected();
        TinyServer server = client.host.server;
        server.plan(TinyServer.Fault.LOSE_REPLY, request -> request instanceof Request.Create);

        client.settled(client.calls.create("/lock-", null, SEQUENTIAL)).join();

        List<String> sent =
                server.requests.stream().map(r -> r.getClass().getSimpleName()).toList();
        assertEquals(List.of("Create", "Sync", "GetChildren", "Exists"), sent);
    }

    @Test
    void nothingIsReadBeforeTheSyncIsAnsweredEvenIfThatIsLostToo() {
        VirtualClient client = VirtualClient.connected();
        TinyServer server = client.host.server;
        server.plan(TinyServer.Fault.LOSE_REPLY, request -> request instanceof Request.Create);
        server.plan(TinyServer.Fault.LOSE_REQUEST, request -> request instanceof Request.Sync);

        client.settled(client.calls.create("/lock-", null, SEQUENTIAL)).join();

        List<String> sent =
                server.requests.stream().map(r -> r.getClass().getSimpleName()).toList();
        assertEquals(List.of("Create", "Sync", "Sync", "GetChildren", "Exists"), sent);
    }

    @Test
    void ephemeralZnodeEndsWithItsSession() throws InterruptedException {
        VirtualClient client = VirtualClient.connected();
        client.host.server.plan(TinyServer.Fault.LOSE_SESSION, request -> request instanceof Request.Create);

        var call = client.settled(client.calls.create("/lock-", null, SEQUENTIAL));

        assertInstanceOf(SessionExpiredException.class, failure(call));
        assertEquals(List.of(), created(client));
    }

    @Test
    void lastingZnodeIsOfUnknownFateWhenTheSessionEnds() throws InterruptedException {
        VirtualClient client = VirtualClient.connected();
        client.host.server.plan(TinyServer.Fault.LOSE_SESSION, request -> request instanceof Request.Create);

        var call = client.settled(client.calls.create("/item-", null, CreateOptions.PERSISTENT.withGuard()));

        assertInstanceOf(OutcomeUnknownException.class, failure(call));
    }

    @Test
    void whatCannotBeSettledInTimeIsUndone() throws InterruptedException {
        VirtualClient client = VirtualClient.connected();
        TinyServer server = client.host.server;
        server.plan(TinyServer.Fault.LOSE_REPLY, request -> {
            server.down |= request instanceof Request.Create;
            return request instanceof Request.Create;
        });

        var call = client.calls.create("/lock-", null, SEQUENTIAL);
        client.host.pass(3001 * MILLI);
        assertInstanceOf(OperationTimeoutException.class, failure(call));
        assertEquals(1, created(client).size());
        server.down = false;
        client.host.pass(2000 * MILLI);

        assertEquals(List.of(), created(client));
    }

    @Test
    void swallowedReplyIsUndoneAtTheDeadline() throws InterruptedException {
        VirtualClient client =
                new VirtualClient(VirtualClient.builder().operationTimeout(java.time.Duration.ofSeconds(1)));
        client.host.server.plan(TinyServer.Fault.SWALLOW_REPLY, request -> request instanceof Request.Create);

        var call = client.calls.create("/lock-", null, SEQUENTIAL);
        client.host.pass(1001 * MILLI);
        assertInstanceOf(OperationTimeoutException.class, failure(call));
        client.host.pass(5000 * MILLI);

        assertEquals(List.of(), created(client));
    }

    @Test
    void undoingGoesOnThoughTheUsersPolicyIsNeverToTryAgain() throws InterruptedException {
        VirtualClient client = new VirtualClient(VirtualClient.builder().retry(RetryPolicy.NEVER));
        TinyServer server = client.host.server;
        server.plan(TinyServer.Fault.LOSE_REPLY, request -> request instanceof Request.Create);
        for (int i = 0; i < 4; i++) {
            server.plan(TinyServer.Fault.LOSE_REQUEST, request -> request instanceof Request.Sync);
        }

        var call = client.calls.create("/lock-", null, SEQUENTIAL);
        client.host.pass(1000 * MILLI);
        assertInstanceOf(OperationTimeoutException.class, failure(call));
        client.host.pass(4000 * MILLI);

        assertEquals(List.of(), created(client));
        assertTrue(client.host.server.requests.stream().anyMatch(request -> request instanceof Request.Delete));
    }

    @Test
    void cancelledCreationLeavesNothingBehind() {
        VirtualClient client = VirtualClient.connected();
        var call = client.calls.create("/lock-", null, SEQUENTIAL);
        call.cancel(false);

        client.host.pass(500 * MILLI);

        assertEquals(List.of(), created(client));
    }

    @Test
    void parentsAreCreatedOnlyWhenTheyAreMissing() {
        VirtualClient client = VirtualClient.connected();
        client.settled(client.calls.create("/a/b/c", null, CreateOptions.PERSISTENT.withParents()))
                .join();
        assertTrue(client.host.server.znodes.containsKey("/a/b/c"));
        client.host.server.requests.clear();

        client.settled(client.calls.create("/a/b/d", null, CreateOptions.PERSISTENT.withParents()))
                .join();

        assertEquals(1, client.host.server.requests.size());
    }

    @Test
    void containerThatWasReapedInBetweenIsCreatedAgain() {
        VirtualClient client = VirtualClient.connected();
        client.host.server.reapsContainers = true;

        var call = client.settled(client.calls.create("/a/last/c", null, CreateOptions.PERSISTENT.withParents()));

        assertEquals("/a/last/c", call.join().path());
    }

    @Test
    void serverWithoutContainersGetsPersistentParents() {
        VirtualClient client = VirtualClient.connected();
        client.host.server.unknown.add(OpCode.CREATE_CONTAINER);

        var call = client.settled(client.calls.create("/a/b/lock-", null, SEQUENTIAL));

        assertTrue(call.join().path().startsWith("/a/b/_c_"));
        assertFalse(client.core.session().sessionNumber() > 0);
    }

    @Test
    void parentsOfAPlainCreationDoNotMakeItsOutcomeCertain() throws InterruptedException {
        VirtualClient client = VirtualClient.connected();
        client.host.server.plan(
                TinyServer.Fault.LOSE_REPLY,
                request -> request instanceof Request.Create create
                        && create.path().equals("/a/b"));

        client.settled(client.calls.create("/a", null, CreateOptions.PERSISTENT))
                .join();
        var call = client.settled(client.calls.create("/a/b", null, CreateOptions.PERSISTENT.withParents()));

        assertInstanceOf(OutcomeUnknownException.class, failure(call));
    }
}
