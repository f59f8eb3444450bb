package io.pinfold.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.CreateMode;
import io.pinfold.Op;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Changes that somebody objects to. */
class PathRuleTest {
    private final VirtualClient client =
            new VirtualClient(VirtualClient.builder().rule(change -> {
                if (change.path().startsWith("/broken")) {
                    throw new IllegalStateException("on purpose");
                }
                return change.path().startsWith("/mine") ? null : "belongs to somebody else";
            }));

    private static String objection(CompletableFuture<?> call) {
        Throwable failure = assertThrows(CompletionException.class, call::join).getCause();
        return String.valueOf(
                assertInstanceOf(BadArgumentsException.class, failure).getMessage());
    }

    @Test
    void areNotSent() {
        List<Op> mixed = List.of(Op.create("/mine/b", new byte[0]), Op.delete("/yours"));
        for (CompletableFuture<?> call : List.of(
                client.calls.create("/yours", null, CreateOptions.PERSISTENT),
                client.calls.set("/yours", null, -1),
                client.calls.delete("/yours", -1),
                client.calls.multi(mixed),
                client.calls.multiOnce(mixed, "/mine/marks"))) {
            assertEquals("The znode /yours belongs to somebody else", objection(call));
        }
        client.host.run();
        assertTrue(client.host.server.requests.isEmpty());
    }

    @Test
    void areNotSentEitherIfTheRuleFails() {
        assertTrue(objection(client.calls.delete("/broken", -1)).contains("on purpose"));
        client.host.run();
        assertTrue(client.host.server.requests.isEmpty());
    }

    @Test
    void areReadByEverybodyAndMadeWhereAllowed() {
        client.settled(client.calls.create("/mine", null, CreateOptions.of(CreateMode.EPHEMERAL)))
                .join();
        client.settled(client.calls.exists("/yours", null)).join();

        assertEquals(2, client.host.server.requests.size());
    }
}
