package io.pinfold.locks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ConnectionLostException;
import io.pinfold.LeaseLostException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.testing.scene.SideBySide;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.curator.retry.RetryForever;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The same scenes played by Curator's recipes and by ours, side by side on one server. Reports how both end. */
@Timeout(60)
class LocksCompareWithCuratorTest {
    private static final int IDLE_CLIENTS = 5;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private PinfoldServer server;

    @BeforeEach
    void start() throws Exception {
        server = open(
                PinfoldServer.start(ServerConfig.standalone().withClientPort(0).withMaxClientCnxns(0)));
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void whoLostItsSessionEntersAgain() throws Exception {
        CuratorFramework theirs = curator();
        InterProcessMutex mutex = new InterProcessMutex(theirs, "/theirs");
        mutex.acquire();
        server.expireSession(theirs.getZookeeperClient().getZooKeeper().getSessionId());
        InterProcessMutex next = new InterProcessMutex(curator(), "/theirs");
        assertTrue(next.acquire(20, TimeUnit.SECONDS));
        boolean bothAreIn = mutex.acquire(1, TimeUnit.SECONDS);

        PinfoldClient ours = pinfold();
        ThreadOwnedLock lock = DistributedLock.at(ours, "/ours").asJavaLock();
        lock.lock();
        server.expireSession(ours.session().id());
        Lease others = DistributedLock.at(pinfold(), "/ours").acquire();
        lock.lease().lost().get(20, TimeUnit.SECONDS);
        assertThrows(LeaseLostException.class, lock::lock);
        SideBySide.print(
                "who lost its session asks for the lock again, while another holds it",
                bothAreIn ? "enters, beside the other" : "does not enter",
                "LeaseLostException");

        assertTrue(bothAreIn, "Curator got better; the page about it is to be changed");
        assertTrue(others.isHeld());
    }

    @Test
    void anUnrelatedListenerIsSlow() throws Exception {
        PinfoldClient onlooker = pinfold();
        onlooker.create("/noise", new byte[0]);
        CountDownLatch over = new CountDownLatch(1);

        CuratorFramework theirs = curator();
        CountDownLatch busy = new CountDownLatch(2);
        theirs.getData()
                .usingWatcher((CuratorWatcher) event -> block(busy, over))
                .forPath("/noise");
        InterProcessMutex holder = new InterProcessMutex(curator(), "/theirs");
        holder.acquire();
        InterProcessMutex mutex = new InterProcessMutex(theirs, "/theirs");
        Future<Boolean> theirTurn = threads.submit(() -> mutex.acquire(30, TimeUnit.SECONDS));
        PinfoldClient ours = pinfold();
        ours.get("/noise", event -> block(busy, over));
        Lease held = DistributedLock.at(pinfold(), "/ours").acquire();
        CompletableFuture<Lease> ourTurn = DistributedLock.at(ours, "/ours").acquireAsync();
        awaitChildren(onlooker, "/theirs");
        awaitChildren(onlooker, "/ours");
        onlooker.set("/noise", new byte[] {1});
        busy.await();

        long theirStart = System.nanoTime();
        holder.release();
        long ourStart = System.nanoTime();
        held.close();
        Lease lease = ourTurn.get(20, TimeUnit.SECONDS);
        long oursTook = System.nanoTime() - ourStart;
        // Though it was given back first, it waits for the listener, as long as that takes.
        assertThrows(
                TimeoutException.class,
                () -> theirTurn.get(500, TimeUnit.MILLISECONDS),
                "Curator got better; the page about it is to be changed");
        over.countDown();
        boolean gotIt = theirTurn.get(20, TimeUnit.SECONDS);
        long theirsTook = System.nanoTime() - theirStart;

        SideBySide.print(
                "a lock is given back while a listener of something else is slow",
                "handed over after the listener, " + theirsTook / 1_000_000 + " ms",
                "handed over after " + oursTook / 1_000_000 + " ms");
        assertTrue(lease.isHeld());
        assertTrue(gotIt);
    }

    @Test
    void threeWantTwoOfThree() throws Exception {
        List<Future<Boolean>> theirs = new ArrayList<>();
        List<CompletableFuture<Optional<Permits>>> ours = new ArrayList<>();
        CyclicBarrier together = new CyclicBarrier(3);
        for (int i = 0; i < 3; i++) {
            InterProcessSemaphoreV2 semaphore = new InterProcessSemaphoreV2(curator(), "/theirs", 3);
            theirs.add(threads.submit(() -> {
                together.await();
                var leases = semaphore.acquire(2, 1, TimeUnit.SECONDS);
                if (leases != null) {
                    semaphore.returnAll(leases);
                }
                return leases != null;
            }));
            ours.add(DistributedSemaphore.builder(pinfold(), "/ours")
                    .permits(3)
                    .build()
                    .permits(2)
                    .tryAcquireAsync(Duration.ofSeconds(20)));
        }
        ours.forEach(attempt -> attempt.thenAccept(permits -> permits.ifPresent(Permits::close)));
        int served = 0;
        for (Future<Boolean> attempt : theirs) {
            served += attempt.get(20, TimeUnit.SECONDS) ? 1 : 0;
        }
        for (CompletableFuture<Optional<Permits>> attempt : ours) {
            assertTrue(attempt.get(20, TimeUnit.SECONDS).isPresent());
        }
        SideBySide.print("three want two of three permits", served + " served within a second", "3 served in turn");
    }

    @Test
    void fiveClientsThatDoNothing() throws Exception {
        Set<Long> before = new HashSet<>(); // those of other tests of this JVM may go on for a while
        Thread.getAllStackTraces().keySet().forEach(thread -> before.add(thread.getId()));
        for (int i = 0; i < IDLE_CLIENTS; i++) {
            pinfold().awaitConnected(Duration.ofSeconds(20));
            assertTrue(curator().blockUntilConnected(20, TimeUnit.SECONDS));
        }

        Set<String> names = new TreeSet<>();
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread.getId()))
                .forEach(thread -> names.add(thread.getName() + ' ' + thread.getId()));
        long ours =
                names.stream().filter(name -> name.startsWith("pinfold-client")).count();
        long theirs = names.stream()
                .filter(name ->
                        name.startsWith("Curator-") || name.contains("-SendThread") || name.contains("-EventThread"))
                .count();
        SideBySide.print("five clients that do nothing", theirs + " threads", ours + " threads");

        assertTrue(ours < theirs, names.toString());
        assertTrue(theirs >= 2 * IDLE_CLIENTS, "Curator got better; the page about it is to be changed: " + names);
    }

    /** Takes a quarter of a minute, all of it Curator's. */
    @Test
    @EnabledIfSystemProperty(named = "pinfold.compare.long", matches = "true")
    void nobodyAnswersForASecond() throws Exception {
        PinfoldClient ours = pinfold();
        ours.awaitConnected(Duration.ofSeconds(10));
        DistributedLock lock = DistributedLock.at(ours, "/ours");
        lock.acquire().closeAsync().get();
        CuratorFramework theirs = CuratorFrameworkFactory.newClient(
                server.connectString(), 15_000, 3_000, new ExponentialBackoffRetry(100, 3));
        theirs.start();
        open(theirs);
        InterProcessMutex mutex = new InterProcessMutex(theirs, "/theirs");
        mutex.acquire();
        mutex.release();
        server.close();

        long start = System.nanoTime();
        assertThrows(ConnectionLostException.class, () -> lock.tryAcquire(Duration.ofSeconds(1)));
        long oursTook = System.nanoTime() - start;
        start = System.nanoTime();
        assertThrows(Exception.class, () -> mutex.acquire(1, TimeUnit.SECONDS));
        long theirsTook = System.nanoTime() - start;
        SideBySide.print(
                "a second to acquire a lock, and nobody answers",
                "an exception after " + theirsTook / 1_000_000 + " ms",
                "an exception after " + oursTook / 1_000_000 + " ms");

        assertTrue(theirsTook > oursTook, "Curator got better; the page about it is to be changed");
    }

    private static void block(CountDownLatch busy, CountDownLatch until) {
        busy.countDown();
        try {
            until.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitChildren(PinfoldClient onlooker, String path) {
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> onlooker.children(path).size() == 2);
    }

    private PinfoldClient pinfold() {
        return open(PinfoldClient.connect(server.connectString()));
    }

    private CuratorFramework curator() {
        CuratorFramework client =
                CuratorFrameworkFactory.newClient(server.connectString(), 15_000, 15_000, new RetryForever(50));
        client.start();
        return open(client);
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(closeable);
        return closeable;
    }
}
