package io.pinfold.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.NoNodeException;
import io.pinfold.OperationTimeoutException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.wire.Request;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How blocking calls end. */
class AwaitTest {
    private final VirtualClient client = VirtualClient.connected();
    private final AsyncCalls calls = new AsyncCalls(client.core, client.core.chroot(), Lane.DIRECT, client.core.lane());

    private static PinfoldException interrupted(CompletableFuture<?> call, boolean write) {
        Thread.currentThread().interrupt();
        PinfoldException failure = assertThrows(PinfoldException.class, () -> Await.result(call, "/a", write));
        assertTrue(Thread.interrupted(), "the flag is kept");
        return failure;
    }

    @Test
    void interruptedReadHadNoEffect() {
        assertInstanceOf(OperationTimeoutException.class, interrupted(calls.get("/", null), false));
    }

    @Test
    void interruptedWriteHadNoEffectIfItWasNotSent() {
        assertInstanceOf(OperationTimeoutException.class, interrupted(calls.set("/", null, -1), true));
        client.host.run();

        assertEquals(0, client.host.server.requests.size());
    }

    @Test
    void interruptedWriteIsOfUnknownOutcomeIfItWasSent() {
        client.host.server.plan(TinyServer.Fault.SWALLOW_REPLY, request -> request instanceof Request.SetData);
        var set = calls.set("/", null, -1);
        client.host.run();

        assertInstanceOf(OutcomeUnknownException.class, interrupted(set, true));
    }

    @Test
    void failureShowsWhereTheCallWasMade() {
        var get = calls.get("/none", null);
        client.host.run();

        var failure = assertThrows(NoNodeException.class, () -> Await.result(get, "/none", false));

        assertTrue(java.util.Arrays.stream(failure.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(AwaitTest.class.getName())));
    }
}
