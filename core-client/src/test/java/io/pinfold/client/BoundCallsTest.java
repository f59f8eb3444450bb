package io.pinfold.client;

import static io.pinfold.client.VirtualClient.MILLI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.CreateMode;
import io.pinfold.SessionExpiredException;
import io.pinfold.wire.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Calls that happen in one session or not at all. */
class BoundCallsTest {
    private final VirtualClient client = VirtualClient.connected();
    private final PinfoldClient facade = new PinfoldClient(client.core);
    private final AsyncClient bound = facade.bound(facade.session());

    @Test
    void happenWhileTheSessionLivesAlsoOverALostConnection() {
        client.cut();

        Created created = client.settled(bound.create("/a", null, CreateOptions.of(CreateMode.EPHEMERAL)))
                .exceptionally(lost -> client.settled(bound.create("/a", null, CreateOptions.of(CreateMode.EPHEMERAL)))
                        .join())
                .join();

        assertEquals(facade.session().id(), created.stat().ephemeralOwner());
    }

    @Test
    void failWithoutEffectWhenTheSessionIsOver() {
        endTheSession();

        for (CreateOptions options : new CreateOptions[] {
            CreateOptions.of(CreateMode.EPHEMERAL),
            CreateOptions.of(CreateMode.EPHEMERAL_SEQUENTIAL).withGuard(),
            CreateOptions.PERSISTENT.withParents()
        }) {
            assertExpired(client.settled(bound.create("/late", null, options)));
        }
        assertExpired(client.settled(bound.set("/", null, -1)));
        assertExpired(client.settled(bound.get("/", null)));
        assertTrue(client.host.server.requests.stream().noneMatch(Request.Create.class::isInstance));
        assertTrue(client.settled(facade.async().create("/a", null, CreateOptions.PERSISTENT))
                .isDone());
    }

    @Test
    void thatWaitForAConnectionFailWhenTheSessionEndsMeanwhile() {
        client.host.server.down = true;
        client.cut();
        client.settled(facade.async().exists("/", null));
        CompletableFuture<Created> waiting = bound.create("/a", null, CreateOptions.of(CreateMode.EPHEMERAL));
        client.host.pass(1000 * MILLI);
        assertFalse(waiting.isDone());

        client.host.server.expire();
        client.host.server.down = false;
        client.host.pass(1500 * MILLI);

        assertExpired(waiting);
    }

    @Test
    void sessionsOfNobodyAreRefused() {
        Session strange = new Session() {
            @Override
            public long id() {
                return 1;
            }

            @Override
            public Duration timeout() {
                return Duration.ZERO;
            }

            @Override
            public SessionState state() {
                return SessionState.CONNECTED;
            }

            @Override
            public Duration stateAge() {
                return Duration.ZERO;
            }

            @Override
            public Duration remaining() {
                return Duration.ZERO;
            }
        };

        assertThrows(BadArgumentsException.class, () -> facade.bound(strange));
    }

    private void endTheSession() {
        Session first = facade.session();
        client.host.server.expire();
        client.cut();
        client.settled(facade.async().exists("/", null));
        client.settled(facade.async().exists("/", null));
        assertEquals(SessionState.EXPIRED, first.state());
        assertEquals(SessionState.CONNECTED, facade.session().state());
        client.host.server.requests.clear();
    }

    private static void assertExpired(CompletableFuture<?> call) {
        assertTrue(call.isDone(), "still waiting");
        assertInstanceOf(
                SessionExpiredException.class,
                assertThrows(CompletionException.class, call::join).getCause());
    }
}
