package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.ConnectionLostException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a lock promises that is handed on within a process, on either server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class LocalHandOffTest extends RecipeScene {
    private static final int HAND_OVERS = 2;

    private DistributedLock lock;
    private DistributedLock elsewhere;

    @BeforeEach
    void open() {
        lock = DistributedLock.builder(client, path).localHandOff(HAND_OVERS).build();
        elsewhere = DistributedLock.at(other, path);
    }

    @Test
    void manyHereStandBehindOneZnodeAndAreServedInTheOrderOfArrival() throws Exception {
        List<CompletableFuture<Lease>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(lock.acquireAsync());
        }
        Lease first = get(all.get(0));

        awaitChildren(path, 1);
        assertFalse(all.get(1).isDone());
        first.close();
        Lease second = get(all.get(1));
        assertEquals(first.path(), second.path());
        assertEquals(first.fencingToken(), second.fencingToken());
        assertEquals(LeaseState.RELEASED, first.state());
        assertTrue(second.isHeld());
        assertFalse(all.get(2).isDone());
        second.close();
        get(all.get(2)).closeAsync().get();
        awaitChildren(path, 0);
    }

    @Test
    void afterSoManyHandOversItIsTheTurnOfOthers() throws Exception {
        List<CompletableFuture<Lease>> here = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            here.add(lock.acquireAsync());
        }
        Lease first = get(here.get(0));
        CompletableFuture<Lease> there = elsewhere.acquireAsync();
        awaitChildren(path, 2);

        first.close();
        get(here.get(1)).close();
        assertFalse(there.isDone());
        get(here.get(2)).close();

        Lease others = get(there);
        assertFalse(here.get(3).isDone());
        assertTrue(others.fencingToken() > first.fencingToken());
        others.close();
        Lease next = get(here.get(3));
        assertTrue(next.fencingToken() > others.fencingToken());
        next.close();
        get(here.get(4)).close();
        awaitChildren(path, 0);
    }

    @Test
    void whoGivesUpIsSkippedAndTheLastOneLeavesTheQueue() throws Exception {
        Lease others = elsewhere.acquire();
        CompletableFuture<Lease> one = lock.acquireAsync();
        CompletableFuture<Lease> two = lock.acquireAsync();
        awaitChildren(path, 2);

        one.cancel(true);
        assertEquals(Optional.empty(), lock.tryAcquire(Duration.ofMillis(50)));
        awaitChildren(path, 2);
        two.cancel(true);

        awaitChildren(path, 1);
        assertEquals(Optional.empty(), lock.tryAcquire());
        others.close();
        Lease again = get(lock.acquireAsync());
        assertEquals(Optional.empty(), lock.tryAcquire(), "somebody here has it");
        again.close();
        awaitChildren(path, 0);
        lock.tryAcquire().orElseThrow().close();
        awaitChildren(path, 0);
    }

    @Test
    void whoComesWhileOneTriesWithoutWaitingWaits() throws Exception {
        Lease others = elsewhere.acquire();
        CompletableFuture<Boolean> tried = CompletableFuture.supplyAsync(() -> {
            try {
                return lock.tryAcquire().isPresent();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        CompletableFuture<Lease> patient = lock.acquireAsync();

        assertFalse(get(tried));
        awaitChildren(path, 2);
        others.close();

        get(patient).close();
    }

    @Test
    void aLostPlaceIsNotHandedOn() throws Exception {
        Lease first = lock.acquire();
        CompletableFuture<Lease> second = lock.acquireAsync();

        other.delete(first.path());

        get(first.lost());
        assertEquals(LeaseState.LOST, first.state());
        Lease next = get(second);
        assertNotEquals(first.path(), next.path());
        assertTrue(next.fencingToken() > first.fencingToken());
        next.close();
        awaitChildren(path, 0);
    }

    @Test
    void anExpiredSessionLosesItForTheHolderAndQueuesTheOthersAgain() throws Exception {
        DistributedLock mortal = DistributedLock.builder(mortal(MOMENT), path)
                .localHandOff(HAND_OVERS)
                .build();
        Lease first = mortal.acquire();
        CompletableFuture<Lease> second = mortal.acquireAsync();
        CompletableFuture<LeaseState> seen = elsewhere.acquireAsync().thenApply(lease -> {
            LeaseState state = first.state();
            lease.close();
            return state;
        });
        awaitChildren(path, 2);

        network.isolate();

        assertEquals(LeaseState.LOST, get(seen));
        get(first.lost());
        network.restore();
        assertTrue(get(second).fencingToken() > first.fencingToken());
    }

    @Test
    void withoutAServerAndWithoutAClientItSaysSo() throws Exception {
        DistributedLock lonely = DistributedLock.builder(connect("127.0.0.1:1"), path)
                .localHandOff(1)
                .build();
        PinfoldClient brief = connect("127.0.0.1:" + port);
        DistributedLock closed =
                DistributedLock.builder(brief, path).localHandOff(1).build();
        Lease held = closed.acquire();
        CompletableFuture<Lease> waiting = closed.acquireAsync();

        assertThrows(ConnectionLostException.class, () -> lonely.tryAcquire(Duration.ofMillis(100)));
        brief.close();

        assertInstanceOf(
                ClientClosedException.class,
                assertThrows(ExecutionException.class, () -> get(waiting)).getCause());
        assertEquals(LeaseState.LOST, held.state());
        assertThrows(ClientClosedException.class, closed::acquire);
        assertThrows(
                IllegalArgumentException.class,
                () -> DistributedLock.builder(client, path).localHandOff(-1));
    }
}
