package io.pinfold.locks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.TransactionFailedException;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the lock promises while nothing breaks, on either server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class LockTest extends RecipeScene {
    @Test
    void givesALeaseInCuratorsLayoutAndTakesItBack() throws Exception {
        Lease lease = DistributedLock.at(client, path).acquire();

        assertEquals(LeaseState.HELD, lease.state());
        assertTrue(lease.path().matches(path + "/_c_[0-9a-f-]{36}-lock-[0-9]{10}"), lease.path());
        assertEquals(lease.fencingToken(), other.get(lease.path()).stat().czxid());
        get(lease.closeAsync());
        assertEquals(LeaseState.RELEASED, lease.state());
        assertThrows(LeaseLostException.class, lease::ensureHeld);
        awaitChildren(path, 0);
    }

    @Test
    void servesInTheOrderOfArrivalWithIncreasingTokens() throws Exception {
        List<CompletableFuture<Lease>> attempts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            attempts.add(DistributedLock.at(i % 2 == 0 ? client : other, path).acquireAsync());
            awaitChildren(path, i + 1);
        }

        long token = 0;
        for (int i = 0; i < attempts.size(); i++) {
            Lease lease = get(attempts.get(i));
            assertTrue(lease.fencingToken() > token);
            token = lease.fencingToken();
            for (CompletableFuture<Lease> later : attempts.subList(i + 1, attempts.size())) {
                assertFalse(later.isDone());
            }
            lease.close();
        }
        awaitChildren(path, 0);
    }

    @Test
    void isNotReentrant() throws Exception {
        DistributedLock lock = DistributedLock.at(client, path);
        try (Lease lease = lock.acquire()) {
            assertTrue(lease.isHeld());

            assertEquals(Optional.empty(), lock.tryAcquire());
        }
    }

    @Test
    void triesWithoutWaiting() throws Exception {
        Lease lease = DistributedLock.at(other, path).tryAcquire().orElseThrow();

        assertEquals(Optional.empty(), DistributedLock.at(client, path).tryAcquire());

        awaitChildren(path, 1);
        lease.close();
        awaitChildren(path, 0);
    }

    @Test
    void givesUpInTimeAndLeavesNothing() throws Exception {
        Lease lease = DistributedLock.at(other, path).acquire();
        long start = System.nanoTime();

        assertEquals(Optional.empty(), DistributedLock.at(client, path).tryAcquire(Duration.ofMillis(300)));
        long taken = System.nanoTime() - start;

        assertWithin(300, 5000, taken);
        assertEquals(Optional.empty(), get(DistributedLock.at(client, path).tryAcquireAsync(Duration.ofMillis(100))));
        lease.close();
        awaitChildren(path, 0);
    }

    @Test
    void getsTheLockWithinTheTimeout() throws Exception {
        Lease lease = DistributedLock.at(other, path).acquire();
        CompletableFuture<Optional<Lease>> attempt =
                DistributedLock.at(client, path).tryAcquireAsync(Duration.ofSeconds(20));
        awaitChildren(path, 2);

        lease.close();

        assertTrue(get(attempt).orElseThrow().isHeld());
    }

    @Test
    void cancellingLeavesTheQueue() throws Exception {
        Lease lease = DistributedLock.at(other, path).acquire();
        CompletableFuture<Lease> attempt = DistributedLock.at(client, path).acquireAsync();
        awaitChildren(path, 2);

        attempt.cancel(true);

        awaitChildren(path, 1);
        assertThrows(CancellationException.class, attempt::join);
        lease.close();
        awaitChildren(path, 0);
    }

    @Test
    void anInterruptLeavesTheQueue() throws Exception {
        Lease lease = DistributedLock.at(other, path).acquire();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                DistributedLock.at(client, path).acquire();
            } catch (InterruptedException e) {
                thrown.complete(e);
            }
        });
        thread.start();
        awaitChildren(path, 2);

        thread.interrupt();

        assertInstanceOf(InterruptedException.class, get(thrown));
        awaitChildren(path, 1);
        lease.close();
        awaitChildren(path, 0);
    }

    @Test
    void showsWhoHoldsAndWhoWaits() throws Exception {
        Lease lease =
                DistributedLock.builder(client, path).owner("alice").build().acquire();
        CompletableFuture<Lease> bob =
                DistributedLock.builder(other, path).owner("bob").build().acquireAsync();
        awaitChildren(path, 2);
        DistributedLock.builder(client, path).owner("carol").build().acquireAsync();
        awaitChildren(path, 3);

        LockView view = DistributedLock.at(other, path).inspect();

        LockPlace holder = view.holder().orElseThrow();
        assertEquals("alice", holder.owner());
        assertEquals(lease.path(), holder.path());
        assertEquals(lease.fencingToken(), holder.fencingToken());
        assertEquals(client.session().id(), holder.sessionId());
        assertEquals(
                List.of("bob", "carol"),
                view.waiters().stream().map(LockPlace::owner).toList());
        assertEquals(0, view.positionOf(lease).orElseThrow());
        assertEquals(2, view.positionOf(view.waiters().get(1).path()).orElseThrow());
        get(lease.closeAsync());
        assertEquals(
                1,
                DistributedLock.at(other, path)
                        .inspect()
                        .positionOf(view.waiters().get(1).path())
                        .orElseThrow());
        get(bob).close();
    }

    @Test
    void showsAFreeLockThatWasNeverUsed() {
        assertTrue(DistributedLock.at(client, path).inspect().isFree());
    }

    @Test
    void ignoresForeignChildren() throws Exception {
        get(DistributedLock.at(client, path).acquire().closeAsync());
        other.create(path + "/0000__lock__0000000000", new byte[0]);
        other.create(path + "/lock-notes", new byte[0]);

        Lease lease = DistributedLock.at(client, path).tryAcquire().orElseThrow();

        assertTrue(DistributedLock.at(other, path).inspect().waiters().isEmpty());
        lease.close();
    }

    @Test
    void asksTheHolderToGiveTheLockBack() throws Exception {
        CompletableFuture<Lease> asked = new CompletableFuture<>();
        Lease lease = DistributedLock.builder(client, path)
                .onRevokeRequested(asked::complete)
                .build()
                .acquire();
        DistributedLock lock = DistributedLock.at(other, path);

        assertTrue(get(lock.requestRevocation(lock.inspect().holder().orElseThrow())));

        assertEquals(lease, get(asked));
        assertTrue(lock.inspect().holder().orElseThrow().revocationRequested());
        assertTrue(lease.isHeld());
        lease.close();
    }

    @Test
    void aRequestThatCameWhileWaitingIsDeliveredWithTheLease() throws Exception {
        Lease first = DistributedLock.at(other, path).acquire();
        CompletableFuture<Lease> asked = new CompletableFuture<>();
        CompletableFuture<Lease> attempt = DistributedLock.builder(client, path)
                .onRevokeRequested(asked::complete)
                .build()
                .acquireAsync();
        awaitChildren(path, 2);
        DistributedLock lock = DistributedLock.at(other, path);
        LockPlace waiter = lock.inspect().waiters().get(0);

        other.set(waiter.path(), "something else".getBytes(UTF_8));
        assertTrue(get(lock.requestRevocation(waiter)));
        first.close();

        assertEquals(get(attempt), get(asked));
        assertFalse(first.isHeld());
        assertFalse(get(
                lock.requestRevocation(new LockPlace(first.path(), "", 0, "", 0, 0, java.time.Instant.EPOCH, false))));
    }

    @Test
    void anyThreadMayCloseALeaseAsOftenAsItLikes() throws Exception {
        Lease lease = DistributedLock.at(client, path).acquire();

        get(CompletableFuture.runAsync(lease::close));
        lease.close();
        get(lease.closeAsync());

        assertEquals(LeaseState.RELEASED, lease.state());
        assertFalse(lease.lost().isDone());
        awaitChildren(path, 0);
    }

    @Test
    void nothingOfAUsersRunsOnAThreadForInputAndOutput() throws Exception {
        DistributedLock lock = DistributedLock.at(client, path);
        for (int i = 0; i < 20; i++) {
            Lease first = lock.acquire();
            CompletableFuture<String> granted = lock.acquireAsync().thenApply(lease -> {
                lease.close();
                return Thread.currentThread().getName();
            });
            CompletableFuture<String> closed = first.closeAsync()
                    .thenApply(nothing -> Thread.currentThread().getName());

            assertFalse(get(granted).contains("-io-"));
            assertFalse(get(closed).contains("-io-"));
        }
        Lease last = lock.acquire();
        CompletableFuture<String> lost =
                last.lost().thenApply(why -> Thread.currentThread().getName());
        other.delete(last.path());
        assertFalse(get(lost).contains("-io-"));
    }

    @Test
    void guardsATransaction() throws Exception {
        Lease lease = DistributedLock.at(client, path).acquire();
        String account = "/account-" + path.hashCode();
        client.create(account, new byte[] {1});

        client.multi(lease.check(), Op.set(account, new byte[] {2}));
        get(lease.closeAsync());

        assertThrows(
                TransactionFailedException.class, () -> client.multi(lease.check(), Op.set(account, new byte[] {3})));
        assertEquals(2, client.get(account).data()[0]);
    }

    @Test
    void saysWhatIsWrongWithItsUse() throws Exception {
        assertThrows(BadArgumentsException.class, () -> DistributedLock.at(client, "no/slash"));
        Lease lease = DistributedLock.at(client, path).acquire();
        LockPlace place = DistributedLock.at(client, path).inspect().holder().orElseThrow();

        assertThrows(
                IllegalArgumentException.class,
                () -> DistributedLock.at(client, "/elsewhere").requestRevocation(place));
        lease.close();
        lease.close();
    }
}
