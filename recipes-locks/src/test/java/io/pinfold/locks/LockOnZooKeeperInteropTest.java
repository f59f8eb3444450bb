package io.pinfold.locks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Op;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.ApacheZooKeeper;
import io.pinfold.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The lock works on a released Apache ZooKeeper as on our server. */
class LockOnZooKeeperInteropTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final Duration MOMENT = Duration.ofMillis(100);
    private static final int CREATE2 = 15;

    private static ApacheZooKeeper server;

    private final List<PinfoldClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = ApacheZooKeeper.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void disconnect() {
        clients.forEach(PinfoldClient::close);
    }

    @Test
    void goesFromOneToTheNextInOrderWithGrowingTokens() throws Exception {
        DistributedLock lock = DistributedLock.at(connect(), "/locks/order");
        Lease first = lock.acquire();
        CompletableFuture<Lease> second = lock.acquireAsync();
        await().atMost(LONG).until(() -> lock.inspect().waiters().size() == 1);
        CompletableFuture<Lease> third =
                DistributedLock.at(connect(), "/locks/order").acquireAsync();
        await().atMost(LONG).until(() -> lock.inspect().waiters().size() == 2);
        assertEquals(first.path(), lock.inspect().holder().orElseThrow().path());
        first.close();
        Lease next = get(second);
        assertTrue(next.fencingToken() > first.fencingToken());
        assertFalse(third.isDone());
        next.close();
        Lease last = get(third);
        assertTrue(last.fencingToken() > next.fencingToken());
        last.closeAsync().get(30, TimeUnit.SECONDS);
        assertTrue(lock.inspect().isFree());
    }

    @Test
    void isNotToBeHadWhileSomebodyHoldsIt() throws Exception {
        DistributedLock lock = DistributedLock.at(connect(), "/locks/taken");
        DistributedLock elsewhere = DistributedLock.at(connect(), "/locks/taken");
        try (Lease held = lock.acquire()) {
            assertEquals(Optional.empty(), elsewhere.tryAcquire());
            assertEquals(Optional.empty(), elsewhere.tryAcquire(MOMENT));
            assertEquals(LeaseState.HELD, held.state());
        }
        elsewhere.tryAcquire(LONG).orElseThrow().close();
    }

    @Test
    void guardsTransactions() throws Exception {
        PinfoldClient client = connect();
        DistributedLock lock = DistributedLock.at(client, "/locks/guard");
        Lease lease = lock.acquire();
        client.multi(lease.check(), Op.create("/guarded", new byte[0]));
        lease.closeAsync().get(30, TimeUnit.SECONDS);
        assertThrows(TransactionFailedException.class, () -> client.multi(lease.check(), Op.delete("/guarded")));
    }

    @Test
    void isQueuedForOnceWhenTheReplyIsLost() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server.port())) {
            PinfoldClient client = connect(proxy.connectString(), LONG);
            DistributedLock lock = DistributedLock.at(client, "/locks/lost-reply");
            lock.acquire().closeAsync().get(30, TimeUnit.SECONDS);
            CompletableFuture<Void> lost = proxy.loseReply(CREATE2, 1);
            try (Lease lease = lock.acquire()) {
                assertTrue(lost.isDone());
                assertEquals(1, client.children("/locks/lost-reply").size());
                assertEquals(lease.path(), lock.inspect().holder().orElseThrow().path());
            }
        }
    }

    @Test
    void isGivenUpBeforeAnotherGetsIt() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server.port())) {
            Lease lease = DistributedLock.at(connect(proxy.connectString(), SHORT), "/locks/given-up")
                    .acquire();
            CompletableFuture<Lease> other =
                    DistributedLock.at(connect(), "/locks/given-up").acquireAsync();
            proxy.isolate();
            CompletableFuture<Boolean> knownBefore = other.thenApply(got -> lease.state() == LeaseState.LOST);
            assertTrue(knownBefore.get(60, TimeUnit.SECONDS));
            lease.lost().get(30, TimeUnit.SECONDS);
            other.join().close();
        }
    }

    @Test
    void isHeldOverALostConnectionAndARestartOfTheServer() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server.port())) {
            PinfoldClient client = connect(proxy.connectString(), LONG);
            DistributedLock lock = DistributedLock.at(client, "/locks/kept");
            Lease lease = lock.acquire();
            proxy.cut();
            assertEquals(lease.path(), lock.inspect().holder().orElseThrow().path());
            server.restart();
            DistributedLock elsewhere = DistributedLock.at(connect(), "/locks/kept");
            assertEquals(Optional.empty(), elsewhere.tryAcquire());
            await().atMost(LONG).until(() -> lease.state() == LeaseState.HELD);
            lease.close();
            elsewhere.tryAcquire(LONG).orElseThrow().close();
        }
    }

    private static Lease get(CompletableFuture<Lease> lease) throws Exception {
        return lease.get(30, TimeUnit.SECONDS);
    }

    private PinfoldClient connect() {
        return connect(server.connectString(), LONG);
    }

    private PinfoldClient connect(String connectString, Duration sessionTimeout) {
        PinfoldClient client = PinfoldClient.builder(connectString)
                .sessionTimeout(sessionTimeout)
                .build();
        clients.add(client);
        return client;
    }
}
