package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.NoNodeException;
import io.pinfold.NotEmptyException;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to those who use locks as they should not, or where nothing should be done to them. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class LocksMisusedTest extends RecipeScene {
    private static final int ROUNDS = 10;

    /** All that gives out leases, by name, each on a path of its own. */
    private Map<String, Acquirable<? extends Lease>> all(PinfoldClient with) {
        DistributedReadWriteLock both = DistributedReadWriteLock.at(with, path + "/both");
        return new TreeMap<>(Map.of(
                "lock", DistributedLock.at(with, path + "/lock"),
                "read", both.read(),
                "write", both.write(),
                "semaphore",
                        DistributedSemaphore.builder(with, path + "/semaphore")
                                .permits(2)
                                .build()));
    }

    @Test
    void whoeverUsesAClosedClientIsToldSo() {
        PinfoldClient gone = connect("127.0.0.1:" + port);
        gone.close();
        all(gone).forEach((name, each) -> {
            assertThrows(ClientClosedException.class, each::acquire, name);
            assertThrows(ClientClosedException.class, each::tryAcquire, name);
            assertThrows(ClientClosedException.class, () -> each.tryAcquire(Duration.ofSeconds(5)), name);
            assertInstanceOf(
                    ClientClosedException.class,
                    assertThrows(ExecutionException.class, () -> get(each.acquireAsync()), name)
                            .getCause());
        });
        LockSet set = LockSet.of(gone, path + "/a", path + "/b");
        assertThrows(ClientClosedException.class, set::acquire);
        assertThrows(ClientClosedException.class, () -> set.tryAcquire(Duration.ofSeconds(5)));
        assertThrows(
                ClientClosedException.class,
                DistributedLock.at(gone, path + "/java").asJavaLock()::lock);
        JobGuard job =
                JobGuard.builder(gone, path + "/job").period(Duration.ofDays(1)).build();
        assertThrows(ClientClosedException.class, () -> job.runIfDue(run -> {}));
    }

    @Test
    void closingAgainAndFromOtherThreadsDoesNothingMore() throws Exception {
        for (Acquirable<? extends Lease> each : all(client).values()) {
            Lease lease = each.acquire();
            List<CompletableFuture<Void>> closings = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                closings.add(CompletableFuture.runAsync(lease::close));
                closings.add(lease.closeAsync());
            }
            for (CompletableFuture<Void> closing : closings) {
                get(closing);
            }

            assertEquals(LeaseState.RELEASED, lease.state());
            assertFalse(lease.lost().isDone());
            each.tryAcquire(Duration.ofSeconds(10)).orElseThrow().close();
        }
    }

    @Test
    void strangersAmongThePermitsAndInTheQueueAreIgnored() throws Exception {
        DistributedSemaphore semaphore =
                DistributedSemaphore.builder(client, path).permits(2).build();
        semaphore.acquire().close();
        for (String stranger : List.of("/leases/lease", "/leases/notes", "/locks/lock", "/locks/notes", "/other")) {
            other.create(path + stranger, new byte[0], CreateOptions.PERSISTENT.withParents());
        }

        semaphore.tryAcquire(Duration.ofSeconds(10)).orElseThrow();
        semaphore.tryAcquire(Duration.ofSeconds(10)).orElseThrow();
        assertEquals(Optional.empty(), semaphore.tryAcquire());
        assertEquals(0, semaphore.inspect().free());
    }

    /** Curator's recipes leave a znode behind when a second interrupt meets the clean-up after the first (CURATOR-518). */
    @Test
    void whoIsInterruptedTwiceLeavesNothing() throws Exception {
        for (Acquirable<? extends Lease> each : all(client).values()) {
            CompletableFuture<Boolean> stillInterrupted = new CompletableFuture<>();
            CountDownLatch holding = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                try (Lease lease = each.acquire()) {
                    holding.countDown();
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt(); // the second one, before anything is waited for again
                    assertThrows(InterruptedException.class, each::acquire);
                    Thread.currentThread().interrupt();
                }
                stillInterrupted.complete(Thread.currentThread().isInterrupted());
            });
            thread.start();
            holding.await();
            thread.interrupt();
            thread.interrupt();

            assertTrue(get(stillInterrupted));
            each.tryAcquire(Duration.ofSeconds(10)).orElseThrow().close();
        }
        DistributedLock lock = DistributedLock.at(client, path + "/lock");
        Lease lease = lock.acquire();
        Thread.currentThread().interrupt();
        lease.close();
        assertTrue(Thread.interrupted());
        lock.tryAcquire(Duration.ofSeconds(10)).orElseThrow().close();
    }

    /** Servers reap containers when they are empty, which may be between any two steps of a contender (CURATOR-724). */
    @Test
    void aDirectoryThatIsReapedWhileContendersComeIsMadeAgain() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (Map.Entry<String, Acquirable<? extends Lease>> each :
                    all(client).entrySet()) {
                String directory = path + '/' + (each.getKey().matches("read|write") ? "both" : each.getKey());
                int reaped = 0;
                for (int round = 0; round < ROUNDS; round++) {
                    reaped += reap(directory); // it is empty
                    Callable<Void> enter = () -> {
                        each.getValue()
                                .tryAcquire(Duration.ofSeconds(20))
                                .orElseThrow()
                                .close();
                        return null;
                    };
                    List<Future<Void>> contenders = List.of(threads.submit(enter), threads.submit(enter));
                    while (contenders.stream().anyMatch(contender -> !contender.isDone())) {
                        reaped += reap(directory); // between any two steps of theirs
                    }
                    for (Future<Void> contender : contenders) {
                        contender.get();
                    }
                }
                assertTrue(reaped >= ROUNDS / 2, each.getKey() + " was reaped " + reaped + " times");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** {@return how many were deleted: the directory, and what a semaphore of Curator's layout has in it} */
    private int reap(String directory) {
        int deleted = 0;
        for (String each : List.of(directory + "/leases", directory + "/locks", directory)) {
            try {
                other.delete(each);
                deleted++;
            } catch (NoNodeException | NotEmptyException e) {
                // in use, or gone already
            }
        }
        return deleted;
    }
}
