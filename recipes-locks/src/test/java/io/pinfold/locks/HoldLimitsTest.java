package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.LeaseLostException;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a lock promises that may be held for so long only, on either server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class HoldLimitsTest extends RecipeScene {
    private static final Duration LIMIT = Duration.ofMillis(200);

    @Test
    void whoHoldsTooLongLosesTheLockBeforeTheNextOneGetsIt() throws Exception {
        DistributedLock limited =
                DistributedLock.builder(mortal(MOMENT), path).maxHold(LIMIT).build();
        Lease lease = limited.acquire();
        CompletableFuture<LeaseState> seen =
                DistributedLock.at(other, path).acquireAsync().thenApply(next -> lease.state());

        LeaseLost lost = get(lease.lost());

        assertEquals(LeaseLost.Reason.TIME_RAN_OUT, lost.reason());
        assertEquals(lease.fencingToken(), lost.fencingToken());
        assertEquals(Duration.ZERO, lease.remaining());
        assertThrows(LeaseLostException.class, lease::ensureHeld);
        assertEquals(LeaseState.LOST, get(seen), "the place goes on though nobody closed the lease");
    }

    @Test
    void whoClosesTheLostLeaseLetsTheNextOneIn() throws Exception {
        Lease lease =
                DistributedLock.builder(client, path).maxHold(LIMIT).build().acquire();
        CompletableFuture<Lease> next = DistributedLock.at(other, path).acquireAsync();

        get(lease.lost());
        awaitChildren(path, 2);
        assertFalse(next.isDone(), "the holder was told, and may still be stopping");
        get(lease.closeAsync());

        assertTrue(get(next).isHeld());
        assertEquals(LeaseState.LOST, lease.state());
    }

    @Test
    void whoIsDoneInTimeIsLeftAlone() throws Exception {
        CompletableFuture<Lease> alarmed = new CompletableFuture<>();
        DistributedLock limited = DistributedLock.builder(client, path)
                .maxHold(LIMIT)
                .alarmAfter(LIMIT, alarmed::complete)
                .build();
        Lease quick = limited.acquire();
        quick.close();
        Lease slow = limited.acquire();

        get(slow.lost());

        assertEquals(LeaseState.RELEASED, quick.state());
        assertFalse(quick.lost().isDone());
        assertFalse(alarmed.isDone() && get(alarmed) == quick);
    }

    @Test
    void anAlarmTellsOfALeaseThatIsHeldForLong() throws Exception {
        CompletableFuture<Lease> alarmed = new CompletableFuture<>();
        DistributedLock watched = DistributedLock.builder(client, path)
                .alarmAfter(Duration.ofMillis(50), alarmed::complete)
                .build();

        Lease lease = watched.acquire();

        assertEquals(lease, get(alarmed));
        assertTrue(lease.isHeld());
        lease.close();
        awaitChildren(path, 0);
    }

    @Test
    void whatEndsTheLeaseItselfEndsTheLimitedOne() throws Exception {
        DistributedLock limited = DistributedLock.builder(client, path)
                .maxHold(Duration.ofHours(1))
                .onRevokeRequested(Lease::close)
                .build();
        Lease deleted = limited.acquire();
        other.delete(deleted.path());
        assertEquals(LeaseLost.Reason.NODE_DELETED, get(deleted.lost()).reason());

        Lease revoked = limited.acquire();
        DistributedLock onlooker = DistributedLock.at(other, path);
        assertTrue(get(onlooker.requestRevocation(onlooker.inspect().holder().orElseThrow())));
        awaitChildren(path, 0);
        assertEquals(LeaseState.RELEASED, revoked.state());
    }

    @Test
    void aTimeMustBePositive() {
        assertThrows(
                IllegalArgumentException.class,
                () -> DistributedLock.builder(client, path).maxHold(Duration.ZERO));
        assertThrows(
                IllegalArgumentException.class,
                () -> DistributedLock.builder(client, path).alarmAfter(Duration.ofSeconds(-1), lease -> {}));
    }
}
