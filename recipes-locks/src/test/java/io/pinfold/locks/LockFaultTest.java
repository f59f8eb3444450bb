package io.pinfold.locks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.ConnectionLostException;
import io.pinfold.LeaseLostException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the lock promises when connections, sessions, replies or callbacks fail, on either server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class LockFaultTest extends RecipeScene {
    @Test
    void withoutAServerItSaysSoWhenTheTimeIsOver() {
        PinfoldClient lonely = connect("127.0.0.1:1");
        long start = System.nanoTime();

        assertThrows(
                ConnectionLostException.class,
                () -> DistributedLock.at(lonely, path).tryAcquire(Duration.ofMillis(300)));

        assertWithin(300, 5000, System.nanoTime() - start);
    }

    @Test
    void anOutageWhileWaitingDoesNotMakeTheTimeoutLate() throws Exception {
        DistributedLock.at(other, path).acquire();
        client.exists(path); // connected, so that its place is there long before the time is over
        CompletableFuture<Long> taken = CompletableFuture.supplyAsync(() -> {
            long start = System.nanoTime();
            try {
                assertEquals(Optional.empty(), DistributedLock.at(client, path).tryAcquire(Duration.ofMillis(1200)));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return System.nanoTime() - start;
        });
        awaitChildren(path, 2);

        network.isolate();

        assertWithin(1200, 8000, get(taken));
        network.restore();
        awaitChildren(path, 1);
    }

    @Test
    void aLeaseIsLostBeforeAnotherGetsTheLock() throws Exception {
        Lease lease = DistributedLock.at(mortal(Duration.ofSeconds(1)), path).acquire();
        CompletableFuture<Long> lostAt = lease.lost().thenApply(lost -> System.nanoTime());
        CompletableFuture<Lease> next = DistributedLock.at(other, path).acquireAsync();
        CompletableFuture<LeaseState> seen = next.thenApply(granted -> lease.state());
        CompletableFuture<Long> grantedAt = next.thenApply(granted -> System.nanoTime());
        awaitChildren(path, 2);

        network.isolate();

        await().pollInterval(POLL).until(() -> lease.state() != LeaseState.HELD);
        assertEquals(LeaseState.LOST, get(seen));
        assertTrue(get(lostAt) < get(grantedAt));
        assertEquals(Duration.ZERO, lease.remaining());
        assertTrue(next.get().fencingToken() > lease.fencingToken());
    }

    @Test
    void aServerThatFallsSilentLosesTheLeaseBeforeAnotherGetsTheLock() throws Exception {
        Lease lease = DistributedLock.at(mortal(MOMENT), path).acquire();
        CompletableFuture<LeaseState> seen =
                DistributedLock.at(other, path).acquireAsync().thenApply(granted -> lease.state());
        awaitChildren(path, 2);

        network.stall();

        assertEquals(LeaseState.LOST, get(seen));
        get(lease.lost());
    }

    @Test
    void aLeaseSurvivesALostConnection() throws Exception {
        Lease lease = DistributedLock.at(client, path).acquire();

        network.isolate();
        await().pollInterval(POLL).until(() -> lease.state() == LeaseState.UNCERTAIN);
        lease.ensureHeld();
        network.restore();

        await().pollInterval(POLL).until(() -> lease.state() == LeaseState.HELD);
        assertFalse(lease.lost().isDone());
        assertTrue(lease.remaining().compareTo(SESSION) <= 0);
    }

    @Test
    void aDeletedPlaceIsALostLease() throws Exception {
        Lease lease = DistributedLock.at(client, path).acquire();

        other.delete(lease.path());

        LeaseLost lost = get(lease.lost());
        assertEquals(new LeaseLost(lease.path(), lease.fencingToken(), LeaseLost.Reason.NODE_DELETED), lost);
        assertEquals(LeaseState.LOST, lease.state());
        assertThrows(LeaseLostException.class, lease::ensureHeld);
    }

    @Test
    void whoseWaitingPlaceIsDeletedQueuesAgain() throws Exception {
        DistributedLock watching = DistributedLock.at(other, path);
        Lease lease = watching.acquire();
        CompletableFuture<Lease> attempt = DistributedLock.at(client, path).acquireAsync();
        awaitChildren(path, 2);
        String first = watching.inspect().waiters().get(0).path();

        other.delete(first);
        await().pollInterval(POLL).until(() -> watching.inspect().waiters().size() == 1);
        lease.close();

        assertNotEquals(first, get(attempt).path());
    }

    @Test
    void whoseSessionEndsWhileWaitingQueuesAgain() throws Exception {
        Lease lease = DistributedLock.at(other, path).acquire();
        CompletableFuture<Lease> attempt =
                DistributedLock.at(mortal(MOMENT), path).acquireAsync();
        awaitChildren(path, 2);

        network.isolate();
        awaitChildren(path, 1);
        network.restore();
        awaitChildren(path, 2);
        lease.close();

        assertTrue(get(attempt).isHeld());
    }

    @Test
    void aLostReplyLeavesOnePlaceOnly() throws Exception {
        CompletableFuture<Void> happened = network.loseReply(CREATE2, 2); // the first one is refused: no parent

        Lease lease = DistributedLock.at(client, path).acquire();

        get(happened);
        awaitChildren(path, 1);
        assertTrue(lease.isHeld());
        lease.close();
        awaitChildren(path, 0);
    }

    @Test
    void aLostRequestLeavesOnePlaceOnly() throws Exception {
        CompletableFuture<Void> happened = network.loseRequest(CREATE2, 1);

        Lease lease = DistributedLock.at(client, path).acquire();

        get(happened);
        awaitChildren(path, 1);
        lease.close();
        awaitChildren(path, 0);
    }

    @Test
    void aLostListingDoesNoHarm() throws Exception {
        get(DistributedLock.at(client, path).acquire().closeAsync());
        CompletableFuture<Void> happened = network.loseReply(GET_CHILDREN2, 1);

        Lease lease = DistributedLock.at(client, path).acquire();

        get(happened);
        awaitChildren(path, 1);
        lease.close();
        awaitChildren(path, 0);
    }

    @Test
    void whoGaveUpAfterALostReplyLeavesNothing() throws Exception {
        get(DistributedLock.at(client, path).acquire().closeAsync());
        CompletableFuture<Void> happened = network.loseReply(CREATE2, 1);

        CompletableFuture<Lease> attempt = DistributedLock.at(client, path).acquireAsync();
        get(happened);
        attempt.cancel(false);

        awaitChildren(path, 0);
    }

    @Test
    void closingDuringAnOutageDeletesThePlaceAfterIt() throws Exception {
        Lease lease = DistributedLock.at(client, path).acquire();
        network.isolate();

        CompletableFuture<Void> gone = lease.closeAsync();
        assertEquals(LeaseState.RELEASED, lease.state());
        network.restore();

        get(gone);
        awaitChildren(path, 0);
    }

    @Test
    void aSlowCallbackDelaysNobody() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(2);
        String noise = "/slow-" + path.hashCode();
        client.create(noise, new byte[0]);
        client.get(noise, event -> block(running, slow));
        other.set(noise, new byte[] {1});
        Lease lease = DistributedLock.at(client, path).acquire();
        CompletableFuture<Lease> second = DistributedLock.at(client, path).acquireAsync();
        // Who waits for a future helps to run what depends on it: this thread must not wait for the second one itself.
        second.thenRun(() -> block(running, slow));
        CompletableFuture<Lease> granted = new CompletableFuture<>();
        second.thenAccept(granted::complete);
        lease.close();
        get(granted);
        assertTrue(running.await(10, TimeUnit.SECONDS));

        CompletableFuture<Lease> third = DistributedLock.at(client, path).acquireAsync();
        awaitChildren(path, 2);
        granted.get().close();
        get(third);

        assertEquals(1, slow.getCount(), "the slow ones still run");
        slow.countDown();
    }

    @Test
    void closingTheClientEndsWaitingAndHolding() throws Exception {
        PinfoldClient brief = connect("127.0.0.1:" + port);
        Lease lease = DistributedLock.at(brief, path).acquire();
        CompletableFuture<Lease> waiting = DistributedLock.at(brief, path).acquireAsync();
        awaitChildren(path, 2);

        brief.close();

        assertEquals(LeaseState.LOST, lease.state());
        assertEquals(LeaseLost.Reason.CLIENT_CLOSED, get(lease.lost()).reason());
        ExecutionException failure = assertThrows(ExecutionException.class, () -> get(waiting));
        assertInstanceOf(ClientClosedException.class, failure.getCause());
        assertThrows(
                ClientClosedException.class,
                () -> DistributedLock.at(brief, path).acquire());
        awaitChildren(path, 0);
    }

    private static void block(CountDownLatch running, CountDownLatch until) {
        running.countDown();
        try {
            until.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
