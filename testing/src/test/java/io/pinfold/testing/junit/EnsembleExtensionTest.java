package io.pinfold.testing.junit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.server.Ensemble;
import io.pinfold.testing.OpType;
import io.pinfold.testing.kit.LiveEnsemble;
import io.pinfold.testing.kit.TestEnsemble;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

@PinfoldTest(members = 3)
@Timeout(60)
class EnsembleExtensionTest {
    private static final byte[] DATA = {1};

    @Test
    void injectsAnEnsembleAndClientsOfItsOwn(
            LiveEnsemble ensemble, TestEnsemble same, Ensemble servers, PinfoldClient a, PinfoldClient b) {
        assertSame(ensemble, same);
        assertSame(ensemble.servers(), servers);
        assertEquals(3, ensemble.size());
        assertNotSame(a, b);
        a.create("/injected", DATA);
        b.sync("/injected");
        assertArrayEquals(DATA, b.get("/injected").data());
        assertArrayEquals(DATA, ensemble.read("/injected").orElseThrow());
        assertTrue(ensemble.read("/nothing").isEmpty());
    }

    @Test
    void aDroppedReplyLeavesTheRequestDone(TestEnsemble ensemble, PinfoldClient client, TestInfo test)
            throws Exception {
        String path = "/" + test.getDisplayName().hashCode();
        client.create(path, DATA);
        CompletableFuture<Void> lost =
                ensemble.faults().dropReplyOf(client, OpType.SET).once();

        assertThrows(OutcomeUnknownException.class, () -> client.set(path, new byte[] {9}));

        lost.get(20, TimeUnit.SECONDS);
        assertArrayEquals(new byte[] {9}, ensemble.read(path).orElseThrow());
    }

    @Test
    void aDroppedRequestLeavesNothingDone(TestEnsemble ensemble, PinfoldClient client, TestInfo test) {
        String path = "/" + test.getDisplayName().hashCode();
        client.create(path, DATA);
        ensemble.faults().dropRequestOf(client, OpType.ANY).once();

        assertThrows(OutcomeUnknownException.class, () -> client.set(path, new byte[] {9}));

        assertArrayEquals(DATA, ensemble.read(path).orElseThrow());
    }

    @Test
    void anExpiredSessionTakesItsEphemeralsAlong(TestEnsemble ensemble, PinfoldClient client) throws Exception {
        client.create("/sign", DATA, CreateMode.EPHEMERAL);
        long session = client.session().id();

        ensemble.faults().expire(client);

        assertTrue(ensemble.read("/sign").isEmpty());
        await().until(() -> client.session().id() != session); // a call before that may fail with SessionExpired
        client.create("/sign", DATA, CreateMode.EPHEMERAL);
    }

    @Test
    void membersAreKilledPausedPartitionedAndHealed(TestEnsemble ensemble, PinfoldClient client) throws Exception {
        int killed = ensemble.faults().killLeader();
        client.create("/a", DATA, CreateOptions.PERSISTENT.withGuard());
        ensemble.faults().restart(killed);
        ensemble.faults().pause(killed);
        client.create("/b", DATA, CreateOptions.PERSISTENT.withGuard());
        ensemble.faults().resume(killed);
        ensemble.faults().partition(killed);
        client.create("/c", DATA, CreateOptions.PERSISTENT.withGuard());

        ensemble.faults().heal();

        String path =
                client.create("/d", DATA, CreateOptions.PERSISTENT.withGuard()).path();
        assertTrue(ensemble.read(path).isPresent());
    }

    @Test
    void anIsolatedClientConnectsWhenItIsRestored(TestEnsemble ensemble, PinfoldClient client) throws Exception {
        client.create("/isolated", DATA);
        ensemble.faults().isolate(client);
        CompletableFuture<?> read = client.async().get("/isolated", null);
        ensemble.faults().restore(client);

        read.get(20, TimeUnit.SECONDS);
        ensemble.faults().disconnect(client);
        client.get("/isolated");
    }

    @Test
    void isReadyWellUnderHalfASecond() throws Exception {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long begun = System.nanoTime();
            try (LiveEnsemble ensemble = LiveEnsemble.start(3)) {
                ensemble.client("a").create("/first", DATA);
                shortest = Math.min(shortest, System.nanoTime() - begun);
            }
        }
        Duration took = Duration.ofNanos(shortest);
        System.out.println("three members, ready and with a first write: " + took.toMillis() + " ms");
        assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, took.toString());
    }
}
