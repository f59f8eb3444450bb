package io.pinfold.locks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.ClientClosedException;
import io.pinfold.ConnectionLostException;
import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** What the lock promises, on whatever server; each client reaches it through a proxy of its own. */
@Timeout(60)
abstract class LockContractTest {
    private static final int CREATE2 = 15;
    private static final int GET_CHILDREN2 = 12;
    private static final Duration SESSION = Duration.ofSeconds(3);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private String path = "";
    private FaultProxy network;
    private PinfoldClient client;
    private PinfoldClient other;

    /** The port of a running server. */
    abstract int serverPort();

    @BeforeEach
    void connect(TestInfo test) {
        path = "/locks/" + test.getTestMethod().orElseThrow().getName();
        network = open(FaultProxy.to(serverPort()));
        client = connect("127.0.0.1:" + network.port());
        other = connect("127.0.0.1:" + serverPort());
    }

    @AfterEach
    void closeAll() throws Exception {
        network.restore();
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void givesALeaseInCuratorsLayoutAndTakesItBack() throws Exception {
        Lease lease = DistributedLock.at(client, path).acquire();

        assertEquals(LeaseState.HELD, lease.state());
        assertTrue(lease.path().matches(path + "/_c_[0-9a-f-]{36}-lock-[0-9]{10}"), lease.path());
        assertEquals(lease.fencingToken(), other.get(lease.path()).stat().czxid());
        lease.closeAsync().get(10, TimeUnit.SECONDS);
        assertEquals(LeaseState.RELEASED, lease.state());
        assertThrows(LeaseLostException.class, lease::ensureHeld);
        assertNoPlaceIsLeft();
    }

    @Test
    void servesInTheOrderOfArrivalWithIncreasingTokens() throws Exception {
        List<CompletableFuture<Lease>> attempts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            attempts.add(DistributedLock.at(i % 2 == 0 ? client : other, path).acquireAsync());
            awaitPlaces(i + 1);
        }

        long token = 0;
        for (int i = 0; i < attempts.size(); i++) {
            Lease lease = attempts.get(i).get(10, TimeUnit.SECONDS);
            assertTrue(lease.fencingToken() > token);
            token = lease.fencingToken();
            for (CompletableFuture<Lease> later : attempts.subList(i + 1, attempts.size())) {
                assertFalse(later.isDone());
            }
            lease.close();
        }
        assertNoPlaceIsLeft();
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

        awaitPlaces(1);
        lease.close();
        assertNoPlaceIsLeft();
    }

    @Test
    void givesUpInTimeAndLeavesNothing() throws Exception {
        Lease lease = DistributedLock.at(other, path).acquire();
        long start = System.nanoTime();

        assertEquals(Optional.empty(), DistributedLock.at(client, path).tryAcquire(Duration.ofMillis(300)));
        long taken = System.nanoTime() - start;

        assertBetween(300, 1300, taken);
        assertEquals(
                Optional.empty(),
                DistributedLock.at(client, path)
                        .tryAcquireAsync(Duration.ofMillis(100))
                        .get(10, TimeUnit.SECONDS));
        lease.close();
        assertNoPlaceIsLeft();
    }

    @Test
    void getsTheLockWithinTheTimeout() throws Exception {
        Lease lease = DistributedLock.at(other, path).acquire();
        CompletableFuture<Optional<Lease>> attempt =
                DistributedLock.at(client, path).tryAcquireAsync(Duration.ofSeconds(20));
        awaitPlaces(2);

        lease.close();

        assertTrue(attempt.get(10, TimeUnit.SECONDS).orElseThrow().isHeld());
    }

    @Test
    void cancellingLeavesTheQueue() throws Exception {
        Lease lease = DistributedLock.at(other, path).acquire();
        CompletableFuture<Lease> attempt = DistributedLock.at(client, path).acquireAsync();
        awaitPlaces(2);

        attempt.cancel(true);

        awaitPlaces(1);
        assertThrows(CancellationException.class, attempt::join);
        lease.close();
        assertNoPlaceIsLeft();
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
        awaitPlaces(2);

        thread.interrupt();

        assertInstanceOf(InterruptedException.class, thrown.get(10, TimeUnit.SECONDS));
        awaitPlaces(1);
        lease.close();
        assertNoPlaceIsLeft();
    }

    @Test
    void withoutAServerItSaysSoWhenTheTimeIsOver() {
        PinfoldClient lonely = connect("127.0.0.1:1");
        long start = System.nanoTime();

        assertThrows(
                ConnectionLostException.class,
                () -> DistributedLock.at(lonely, path).tryAcquire(Duration.ofSeconds(1)));

        assertBetween(1000, 1900, System.nanoTime() - start);
    }

    @Test
    void anOutageWhileWaitingDoesNotMakeTheTimeoutLate() throws Exception {
        DistributedLock.at(other, path).acquire();
        CompletableFuture<Long> taken = CompletableFuture.supplyAsync(() -> {
            long start = System.nanoTime();
            try {
                assertEquals(Optional.empty(), DistributedLock.at(client, path).tryAcquire(Duration.ofMillis(1500)));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return System.nanoTime() - start;
        });
        awaitPlaces(2);

        network.isolate();

        assertBetween(1500, 2500, taken.get(20, TimeUnit.SECONDS));
        network.restore();
        awaitPlaces(1);
    }

    @Test
    void aLeaseIsLostBeforeAnotherGetsTheLock() throws Exception {
        Lease lease = DistributedLock.at(client, path).acquire();
        CompletableFuture<Long> lostAt = lease.lost().thenApply(lost -> System.nanoTime());
        CompletableFuture<Lease> next = DistributedLock.at(other, path).acquireAsync();
        CompletableFuture<LeaseState> seen = next.thenApply(granted -> lease.state());
        CompletableFuture<Long> grantedAt = next.thenApply(granted -> System.nanoTime());
        awaitPlaces(2);

        network.isolate();

        await().until(() -> lease.state() != LeaseState.HELD);
        assertEquals(LeaseState.LOST, seen.get(20, TimeUnit.SECONDS));
        assertTrue(lostAt.get(1, TimeUnit.SECONDS) < grantedAt.get(1, TimeUnit.SECONDS));
        assertEquals(Duration.ZERO, lease.remaining());
        assertTrue(next.get().fencingToken() > lease.fencingToken());
    }

    @Test
    void aLeaseSurvivesALostConnection() throws Exception {
        Lease lease = DistributedLock.at(client, path).acquire();

        network.isolate();
        await().until(() -> lease.state() == LeaseState.UNCERTAIN);
        lease.ensureHeld();
        network.restore();

        await().until(() -> lease.state() == LeaseState.HELD);
        assertFalse(lease.lost().isDone());
        assertTrue(lease.remaining().compareTo(SESSION) <= 0);
    }

    @Test
    void aDeletedPlaceIsALostLease() throws Exception {
        Lease lease = DistributedLock.at(client, path).acquire();

        other.delete(lease.path());

        LeaseLost lost = lease.lost().get(10, TimeUnit.SECONDS);
        assertEquals(new LeaseLost(lease.path(), lease.fencingToken(), LeaseLost.Reason.NODE_DELETED), lost);
        assertEquals(LeaseState.LOST, lease.state());
        assertThrows(LeaseLostException.class, lease::ensureHeld);
    }

    @Test
    void whoseWaitingPlaceIsDeletedQueuesAgain() throws Exception {
        DistributedLock watching = DistributedLock.at(other, path);
        Lease lease = watching.acquire();
        CompletableFuture<Lease> attempt = DistributedLock.at(client, path).acquireAsync();
        awaitPlaces(2);
        String first = watching.inspect().waiters().get(0).path();

        other.delete(first);
        await().until(() -> watching.inspect().waiters().size() == 1);
        lease.close();

        assertNotEquals(first, attempt.get(10, TimeUnit.SECONDS).path());
    }

    @Test
    void whoseSessionEndsWhileWaitingQueuesAgain() throws Exception {
        Lease lease = DistributedLock.at(other, path).acquire();
        CompletableFuture<Lease> attempt = DistributedLock.at(client, path).acquireAsync();
        awaitPlaces(2);

        network.isolate();
        awaitPlaces(1);
        network.restore();
        awaitPlaces(2);
        lease.close();

        assertTrue(attempt.get(10, TimeUnit.SECONDS).isHeld());
    }

    @Test
    void aLostReplyLeavesOnePlaceOnly() throws Exception {
        CompletableFuture<Void> happened = network.loseReply(CREATE2, 2); // the first one is refused: no parent

        Lease lease = DistributedLock.at(client, path).acquire();

        happened.get(1, TimeUnit.SECONDS);
        awaitPlaces(1);
        assertTrue(lease.isHeld());
        lease.close();
        assertNoPlaceIsLeft();
    }

    @Test
    void aLostRequestLeavesOnePlaceOnly() throws Exception {
        CompletableFuture<Void> happened = network.loseRequest(CREATE2, 1);

        Lease lease = DistributedLock.at(client, path).acquire();

        happened.get(1, TimeUnit.SECONDS);
        awaitPlaces(1);
        lease.close();
        assertNoPlaceIsLeft();
    }

    @Test
    void aLostListingDoesNoHarm() throws Exception {
        DistributedLock.at(client, path).acquire().closeAsync().get(10, TimeUnit.SECONDS);
        CompletableFuture<Void> happened = network.loseReply(GET_CHILDREN2, 1);

        Lease lease = DistributedLock.at(client, path).acquire();

        happened.get(1, TimeUnit.SECONDS);
        awaitPlaces(1);
        lease.close();
        assertNoPlaceIsLeft();
    }

    @Test
    void whoGaveUpAfterALostReplyLeavesNothing() throws Exception {
        DistributedLock.at(client, path).acquire().closeAsync().get(10, TimeUnit.SECONDS);
        CompletableFuture<Void> happened = network.loseReply(CREATE2, 1);

        CompletableFuture<Lease> attempt = DistributedLock.at(client, path).acquireAsync();
        happened.get(10, TimeUnit.SECONDS);
        attempt.cancel(false);

        assertNoPlaceIsLeft();
    }

    @Test
    void closingDuringAnOutageDeletesThePlaceAfterIt() throws Exception {
        Lease lease = DistributedLock.at(client, path).acquire();
        network.isolate();

        CompletableFuture<Void> gone = lease.closeAsync();
        assertEquals(LeaseState.RELEASED, lease.state());
        network.restore();

        gone.get(10, TimeUnit.SECONDS);
        assertNoPlaceIsLeft();
    }

    @Test
    void showsWhoHoldsAndWhoWaits() throws Exception {
        Lease lease =
                DistributedLock.builder(client, path).owner("alice").build().acquire();
        CompletableFuture<Lease> bob =
                DistributedLock.builder(other, path).owner("bob").build().acquireAsync();
        awaitPlaces(2);
        DistributedLock.builder(client, path).owner("carol").build().acquireAsync();
        awaitPlaces(3);

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
        lease.closeAsync().get(10, TimeUnit.SECONDS);
        assertEquals(
                1,
                DistributedLock.at(other, path)
                        .inspect()
                        .positionOf(view.waiters().get(1).path())
                        .orElseThrow());
        bob.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void showsAFreeLockThatWasNeverUsed() {
        assertTrue(DistributedLock.at(client, path).inspect().isFree());
    }

    @Test
    void ignoresForeignChildren() throws Exception {
        DistributedLock.at(client, path).acquire().closeAsync().get(10, TimeUnit.SECONDS);
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

        assertTrue(lock.requestRevocation(lock.inspect().holder().orElseThrow()).get(10, TimeUnit.SECONDS));

        assertEquals(lease, asked.get(10, TimeUnit.SECONDS));
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
        awaitPlaces(2);
        DistributedLock lock = DistributedLock.at(other, path);
        LockPlace waiter = lock.inspect().waiters().get(0);

        other.set(waiter.path(), "something else".getBytes(UTF_8));
        assertTrue(lock.requestRevocation(waiter).get(10, TimeUnit.SECONDS));
        first.close();

        assertEquals(attempt.get(10, TimeUnit.SECONDS), asked.get(10, TimeUnit.SECONDS));
        assertFalse(first.isHeld());
        assertFalse(lock.requestRevocation(new LockPlace(first.path(), "", 0, "", 0, 0, java.time.Instant.EPOCH, false))
                .get(10, TimeUnit.SECONDS));
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
        granted.get(10, TimeUnit.SECONDS);
        assertTrue(running.await(10, TimeUnit.SECONDS));

        CompletableFuture<Lease> third = DistributedLock.at(client, path).acquireAsync();
        awaitPlaces(2);
        long start = System.nanoTime();
        granted.get().close();
        third.get(10, TimeUnit.SECONDS);

        assertBetween(0, 1000, System.nanoTime() - start);
        slow.countDown();
    }

    @Test
    void guardsATransaction() throws Exception {
        Lease lease = DistributedLock.at(client, path).acquire();
        String account = "/account-" + path.hashCode();
        client.create(account, new byte[] {1});

        client.multi(lease.check(), Op.set(account, new byte[] {2}));
        lease.closeAsync().get(10, TimeUnit.SECONDS);

        assertThrows(
                TransactionFailedException.class, () -> client.multi(lease.check(), Op.set(account, new byte[] {3})));
        assertEquals(2, client.get(account).data()[0]);
    }

    @Test
    void closingTheClientEndsWaitingAndHolding() throws Exception {
        PinfoldClient brief = connect("127.0.0.1:" + serverPort());
        Lease lease = DistributedLock.at(brief, path).acquire();
        CompletableFuture<Lease> waiting = DistributedLock.at(brief, path).acquireAsync();
        awaitPlaces(2);

        brief.close();

        assertEquals(LeaseState.LOST, lease.state());
        assertEquals(
                LeaseLost.Reason.CLIENT_CLOSED,
                lease.lost().get(10, TimeUnit.SECONDS).reason());
        ExecutionException failure = assertThrows(ExecutionException.class, () -> waiting.get(10, TimeUnit.SECONDS));
        assertInstanceOf(ClientClosedException.class, failure.getCause());
        assertThrows(
                ClientClosedException.class,
                () -> DistributedLock.at(brief, path).acquire());
        assertNoPlaceIsLeft();
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

    private PinfoldClient connect(String connectString) {
        return open(PinfoldClient.builder(connectString)
                .sessionTimeout(SESSION)
                .operationTimeout(Duration.ofSeconds(10))
                .build());
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    private void awaitPlaces(int count) {
        await().until(() ->
                other.exists(path).isPresent() && other.children(path).size() == count);
    }

    private void assertNoPlaceIsLeft() {
        await().until(() -> other.exists(path).isEmpty() || other.children(path).isEmpty());
    }

    private static void assertBetween(long fromMillis, long toMillis, long nanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        assertTrue(fromMillis <= millis && millis <= toMillis, "took " + millis + " ms");
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
