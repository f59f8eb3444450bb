package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.ClientClosedException;
import io.pinfold.ConnectionLostException;
import io.pinfold.LeaseLostException;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a set of locks promises, on either server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class LockSetTest extends RecipeScene {
    private String a;
    private String b;
    private String c;

    @BeforeEach
    void name() {
        a = path + "/a";
        b = path + "/b";
        c = path + "/c";
    }

    @Test
    void acquiresAllInTheOrderOfTheirPaths() throws Exception {
        LockSet set = LockSet.of(client, c, a, b);
        Lease second = DistributedLock.at(other, b).acquire();
        CompletableFuture<LeaseSet> attempt = set.acquireAsync();

        awaitChildren(b, 2);
        awaitChildren(a, 1);
        awaitChildren(c, 0);
        second.close();

        LeaseSet all = get(attempt);
        assertEquals(List.of(a, b, c), set.paths());
        assertTrue(all.isHeld());
        assertTrue(all.fencingToken(a) < all.fencingToken(b) && all.fencingToken(b) < all.fencingToken(c));
        assertEquals(3, all.leases().size());
        all.closeAsync().get();
        assertEquals(LeaseState.RELEASED, all.state());
        assertNothingIsLeft();
    }

    @Test
    void twoThatNameTheSameLocksInOtherOrdersDoNotWaitForEachOther() throws Exception {
        for (int i = 0; i < 10; i++) {
            CompletableFuture<LeaseSet> one = LockSet.of(client, a, b).acquireAsync();
            CompletableFuture<LeaseSet> two = LockSet.of(other, b, a).acquireAsync();
            one.thenAccept(LeaseSet::close);
            two.thenAccept(LeaseSet::close);
            get(one);
            get(two);
        }
    }

    @Test
    void whoGivesUpHoldsNone() throws Exception {
        Lease last = DistributedLock.at(other, b).acquire();
        LockSet set = LockSet.of(client, a, b);
        long start = System.nanoTime();

        assertEquals(Optional.empty(), set.tryAcquire(Duration.ofMillis(200)));

        assertWithin(200, 5000, System.nanoTime() - start);
        assertEquals(Optional.empty(), set.tryAcquire());
        CompletableFuture<LeaseSet> cancelled = set.acquireAsync();
        awaitChildren(b, 2);
        cancelled.cancel(true);
        awaitChildren(b, 1);
        awaitChildren(a, 0);
        last.close();
        set.tryAcquire().orElseThrow().close();
        assertNothingIsLeft();
    }

    @Test
    void oneDeadlineGovernsAllLocks() throws Exception {
        DistributedLock.at(other, b).acquire();
        Lease first = DistributedLock.at(other, a).acquire();
        long start = System.nanoTime();
        CompletableFuture<Optional<LeaseSet>> attempt =
                LockSet.of(client, a, b).tryAcquireAsync(Duration.ofMillis(1500));
        awaitChildren(a, 2);
        CompletableFuture.delayedExecutor(1000, TimeUnit.MILLISECONDS).execute(first::close);

        assertEquals(Optional.empty(), get(attempt));
        assertWithin(1500, 2400, System.nanoTime() - start); // not another 1500 for the second lock
        awaitChildren(a, 0);
    }

    @Test
    void anInterruptLeavesNothing() throws Exception {
        DistributedLock.at(other, b).acquire();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                LockSet.of(client, a, b).acquire();
            } catch (InterruptedException e) {
                thrown.complete(e);
            }
        });
        thread.start();
        awaitChildren(b, 2);

        thread.interrupt();

        assertInstanceOf(InterruptedException.class, get(thrown));
        awaitChildren(a, 0);
        awaitChildren(b, 1);
    }

    @Test
    void whoLosesALockWhileWaitingForTheNextBeginsAgain() throws Exception {
        Lease last = DistributedLock.at(other, b).acquire();
        CompletableFuture<LeaseSet> attempt = LockSet.of(client, a, b).acquireAsync();
        awaitChildren(b, 2);
        DistributedLock first = DistributedLock.at(other, a);
        LockPlace taken = first.inspect().holder().orElseThrow();

        assertTrue(get(first.forceRelease(taken)));
        awaitChildren(a, 1);
        last.close();

        LeaseSet set = get(attempt);
        assertTrue(set.isHeld());
        assertTrue(set.fencingToken(a) > taken.fencingToken());
    }

    @Test
    void isLostWhenOneOfItsLeasesIs() throws Exception {
        LeaseSet set = LockSet.of(client, a, b).acquire();
        client.multi(set.checks().toArray(io.pinfold.Op[]::new));

        other.delete(set.lease(b).path());

        assertEquals(set.lease(b).path(), get(set.lost()).path());
        assertEquals(LeaseState.LOST, set.state());
        assertEquals(Duration.ZERO, set.remaining());
        assertThrows(LeaseLostException.class, set::ensureHeld);
        assertThrows(
                TransactionFailedException.class,
                () -> client.multi(set.checks().toArray(io.pinfold.Op[]::new)));
        assertTrue(set.lease(a).isHeld(), "the others stay until the set is closed");
        set.close();
        set.close();
        assertNothingIsLeft();
    }

    @Test
    void mixesReadersAndWriters() throws Exception {
        LockSet set = LockSet.builder(client).write(b).read(a).lock(c).build();
        Lease reader = DistributedReadWriteLock.at(other, a).read().acquire();

        try (LeaseSet all = set.acquire()) {
            assertTrue(all.isHeld() && reader.isHeld());
            assertEquals(
                    Optional.empty(),
                    DistributedReadWriteLock.at(other, b).read().tryAcquire());
        }
    }

    @Test
    void saysWhatIsWrongWithItsUse() throws Exception {
        assertThrows(IllegalArgumentException.class, () -> LockSet.of(client));
        assertThrows(IllegalArgumentException.class, () -> LockSet.of(client, a, b, a));
        assertThrows(BadArgumentsException.class, () -> LockSet.of(client, "no/slash"));
        LeaseSet set = LockSet.of(client, a).acquire();
        assertThrows(IllegalArgumentException.class, () -> set.fencingToken(b));
        assertThrows(
                ConnectionLostException.class,
                () -> LockSet.of(connect("127.0.0.1:1"), a, b).tryAcquire(Duration.ofMillis(200)));
        PinfoldClient closed = connect("127.0.0.1:" + port);
        closed.close();
        assertThrows(ClientClosedException.class, () -> LockSet.of(closed, a, b).acquire());
        assertInstanceOf(
                ClientClosedException.class,
                assertThrows(
                                ExecutionException.class,
                                () -> get(LockSet.of(closed, b).acquireAsync()))
                        .getCause());
        assertFalse(set.lost().isDone());
    }

    private void assertNothingIsLeft() {
        for (String lock : List.of(a, b, c)) {
            awaitChildren(lock, 0);
        }
    }
}
