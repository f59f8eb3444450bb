package io.pinfold.locks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.client.SessionState;
import io.pinfold.framework.Lease;
import io.pinfold.server.Ensemble;
import io.pinfold.server.ServicePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Locks of all kinds are held, and go round, while the member that leads the ensemble is killed. */
@Timeout(90)
class LocksOnEnsembleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicInteger turns = new AtomicInteger();
    private Ensemble ensemble;
    private volatile boolean stopped;

    @BeforeEach
    void start() throws Exception {
        ensemble = open(Ensemble.builder(3)
                .config(config -> config.withTickTime(Duration.ofMillis(200))
                        .withMaxSessionTimeout(Duration.ofSeconds(60))
                        .withPolicy(ServicePolicy.defaults().withReadOnlyMode(true)))
                .start());
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void whatIsHeldStaysHeldWithTheSameToken() throws Exception {
        PinfoldClient client = connect();
        PinfoldClient other = connect();
        Lease lock = DistributedLock.at(client, "/lock").acquire();
        WriteLease writer = DistributedReadWriteLock.at(client, "/rw").write().acquire();
        Permits permits = DistributedSemaphore.builder(client, "/permits")
                .permits(3)
                .build()
                .acquire(2);
        LeaseSet set = LockSet.of(client, "/a", "/b").acquire();
        CompletableFuture<Lease> next = DistributedLock.at(other, "/lock").acquireAsync();
        await().atMost(PATIENCE).until(() -> client.children("/lock").size() == 2);

        ensemble.kill(ensemble.awaitLeader(PATIENCE));

        await().atMost(PATIENCE).until(() -> lock.isHeld() && writer.isHeld() && permits.isHeld() && set.isHeld());
        assertEquals(
                lock.fencingToken(),
                DistributedLock.at(other, "/lock")
                        .inspect()
                        .holder()
                        .orElseThrow()
                        .fencingToken());
        assertFalse(next.isDone());
        assertEquals(
                Optional.empty(),
                DistributedReadWriteLock.at(other, "/rw").read().tryAcquire());
        assertEquals(1, DistributedSemaphore.at(other, "/permits").inspect().free());
        assertEquals(Optional.empty(), LockSet.of(other, "/b").tryAcquire());
        client.multi(lock.check(), writer.check(), permits.check());
        lock.close();
        assertTrue(next.get(30, TimeUnit.SECONDS).fencingToken() > lock.fencingToken());
    }

    @Test
    void whoWaitsAtAMemberThatOnlyReadsGetsItsTurnWhenThereIsAQuorumAgain() throws Exception {
        PinfoldClient client = open(PinfoldClient.builder(ensemble.connectString(1))
                .sessionTimeout(Duration.ofSeconds(15))
                .readOnly(true)
                .build());
        DistributedLock lock = DistributedLock.at(client, "/lock");
        Lease lease = lock.acquire();
        lease.closeAsync().get();
        ensemble.kill(2);
        ensemble.kill(3);
        await().atMost(PATIENCE).until(() -> client.sessionState() == SessionState.READ_ONLY);

        assertTrue(lock.inspect().isFree());
        CompletableFuture<Lease> attempt = lock.acquireAsync();
        assertThrows(TimeoutException.class, () -> attempt.get(300, TimeUnit.MILLISECONDS));
        ensemble.restart(2);

        assertTrue(attempt.get(30, TimeUnit.SECONDS).fencingToken() > lease.fencingToken());
    }

    @Test
    void oneAtATimeGetsInWithGrowingTokens() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicLong lastToken = new AtomicLong();
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            DistributedLock plain = DistributedLock.at(connect(), "/lock");
            DistributedLock shared =
                    DistributedLock.builder(connect(), "/lock").localHandOff(3).build();
            workers.add(work(() -> enter(plain, inside, lastToken)));
            workers.add(work(() -> enter(shared, inside, lastToken)));
            workers.add(work(() -> enter(shared, inside, lastToken)));
        }

        killTheLeaderInBetween();

        finish(workers);
    }

    @Test
    void readersAndWritersAndPermitsKeepTheirRules() throws Exception {
        AtomicInteger writers = new AtomicInteger();
        AtomicInteger permits = new AtomicInteger();
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            PinfoldClient client = connect();
            DistributedReadWriteLock lock = DistributedReadWriteLock.at(client, "/rw");
            DistributedSemaphore semaphore =
                    DistributedSemaphore.builder(client, "/permits").permits(3).build();
            workers.add(work(() -> {
                try (WriteLease writing = lock.write().acquire()) {
                    assertEquals(1, writers.incrementAndGet(), "a writer beside a writer");
                    writers.decrementAndGet();
                    try (Lease reading = writing.downgrade()) {
                        assertEquals(0, writers.get(), "a writer beside a reader");
                        assertEquals(writing.fencingToken(), reading.fencingToken());
                    }
                }
            }));
            workers.add(work(() -> {
                try (Permits two = semaphore.acquire(2)) {
                    assertTrue(permits.addAndGet(two.count()) <= 3, "too many permits");
                    permits.addAndGet(-two.count());
                }
            }));
        }

        killTheLeaderInBetween();

        finish(workers);
    }

    private static void enter(DistributedLock lock, AtomicInteger inside, AtomicLong lastToken)
            throws InterruptedException {
        try (Lease lease = lock.acquire()) {
            assertEquals(1, inside.incrementAndGet(), "inside at the same time");
            assertTrue(lease.fencingToken() >= lastToken.getAndSet(lease.fencingToken()), "tokens grow");
            inside.decrementAndGet();
        }
    }

    private interface Turn {
        void take() throws InterruptedException;
    }

    private CompletableFuture<Void> work(Turn turn) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                while (!stopped) {
                    turn.take();
                    turns.incrementAndGet();
                }
                done.complete(null);
            } catch (InterruptedException | RuntimeException | AssertionError e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private void killTheLeaderInBetween() throws InterruptedException {
        await().atMost(PATIENCE).until(() -> turns.get() > 20);
        ensemble.kill(ensemble.awaitLeader(PATIENCE));
        int before = turns.get();
        await().atMost(PATIENCE).until(() -> turns.get() > before + 20);
    }

    private void finish(List<CompletableFuture<Void>> workers) throws Exception {
        stopped = true;
        for (CompletableFuture<Void> worker : workers) {
            worker.get(30, TimeUnit.SECONDS);
        }
    }

    private PinfoldClient connect() {
        return open(PinfoldClient.builder(ensemble.connectString())
                .sessionTimeout(Duration.ofSeconds(15))
                .build());
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(closeable);
        return closeable;
    }
}
