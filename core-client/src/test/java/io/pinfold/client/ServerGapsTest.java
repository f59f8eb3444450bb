package io.pinfold.client;

import static io.pinfold.client.VirtualClient.MILLI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.CreateMode;
import io.pinfold.ReadOp;
import io.pinfold.UnimplementedException;
import io.pinfold.WatchMode;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A server older than the client: it refuses what it does not know, and closes the connection. */
class ServerGapsTest {
    private final VirtualClient client = VirtualClient.connected();
    private final TinyServer server = client.host.server;

    private UnimplementedException refusal(OpCode op, Function<AsyncClient, CompletableFuture<?>> call) {
        server.unknown.add(op);
        var future = client.settled(call.apply(client.calls));
        Throwable cause = assertThrows(CompletionException.class, future::join).getCause();
        return assertInstanceOf(UnimplementedException.class, cause);
    }

    private long asked(Class<? extends Request> kind) {
        return server.requests.stream().filter(kind::isInstance).count();
    }

    @Test
    void whatTheServerLacksIsSaidWithTheVersionThatHasIt() {
        assertEquals(
                "The server does not do WHO_AM_I: it needs ZooKeeper 3.7.0",
                refusal(OpCode.WHO_AM_I, AsyncClient::whoAmI).getMessage());
        refusal(OpCode.ADD_WATCH, calls -> calls.watch("/", WatchMode.PERSISTENT, event -> {}));
        refusal(OpCode.GET_EPHEMERALS, calls -> calls.ephemerals("/"));
        refusal(OpCode.GET_ALL_CHILDREN_NUMBER, calls -> calls.countDescendants("/"));
        refusal(OpCode.MULTI_READ, calls -> calls.multiRead(List.of(new ReadOp.GetData("/"))));
        refusal(OpCode.CREATE_CONTAINER, calls -> calls.create("/c", null, CreateOptions.of(CreateMode.CONTAINER)));
    }

    @Test
    void theServerIsNotAskedAgain() {
        refusal(OpCode.WHO_AM_I, AsyncClient::whoAmI);
        long connection = client.core.session().sessionId();
        refusal(OpCode.WHO_AM_I, AsyncClient::whoAmI);
        refusal(OpCode.WHO_AM_I, AsyncClient::whoAmI);

        assertEquals(1, asked(Request.WhoAmI.class));
        assertEquals(connection, client.core.session().sessionId());
    }

    @Test
    void aConnectionThatBreaksWithoutAnAnswerIsNoRefusal() {
        server.plan(TinyServer.Fault.LOSE_REQUEST, Request.AddWatch.class::isInstance);
        server.plan(TinyServer.Fault.LOSE_REPLY, Request.AddWatch.class::isInstance);

        client.settled(client.calls.watch("/", WatchMode.PERSISTENT, event -> {}))
                .join();

        assertEquals(3, asked(Request.AddWatch.class));
    }

    @Test
    void aServerThatWasReplacedIsAskedAfterAWhile() {
        refusal(OpCode.ADD_WATCH, calls -> calls.watch("/", WatchMode.PERSISTENT, event -> {}));
        server.unknown.clear();
        client.host.pass(ServerGaps.REMEMBERED_NANOS + MILLI);

        client.settled(client.calls.watch("/", WatchMode.PERSISTENT, event -> {}));

        assertEquals(2, asked(Request.AddWatch.class));
    }

    @Test
    void whatCanBeTurnedOnIsAskedEachTime() {
        CreateOptions brief = CreateOptions.of(CreateMode.PERSISTENT_WITH_TTL).withTtl(Duration.ofSeconds(1));
        assertEquals(
                "The server does not do CREATE_TTL: it needs ZooKeeper 3.5.3 with extendedTypesEnabled=true",
                refusal(OpCode.CREATE_TTL, calls -> calls.create("/t", null, brief))
                        .getMessage());
        refusal(OpCode.CREATE_TTL, calls -> calls.create("/t", null, brief));

        assertEquals(2, asked(Request.Create.class));
    }

    @Test
    void theOthersOfItsCallsGoOn() {
        server.unknown.add(OpCode.WHO_AM_I);
        var refused = client.calls.whoAmI();
        var read = client.settled(client.calls.get("/", null));

        assertThrows(CompletionException.class, refused::join);
        assertEquals("/", read.join().path());
    }
}
