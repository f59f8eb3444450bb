package io.pinfold.locks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.testing.ApacheZooKeeper;
import io.pinfold.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryForever;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pinfold's lock and Curator's mutex exclude each other on one path, on either server, over lost connections. */
class LockBesideCuratorInteropTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int SESSION_TIMEOUT_MILLIS = 30_000;
    private static final int THREADS_OF_EACH = 3;
    private static final int CUTS = 3;
    private static final int ENTRIES_BETWEEN_CUTS = 30;

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger entries = new AtomicInteger();
    private final AtomicInteger entriesOfPinfold = new AtomicInteger();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private int unprotected;
    private long lastToken;
    private volatile boolean stopped;

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void onOurServer() throws Exception {
        PinfoldServer server =
                PinfoldServer.start(ServerConfig.standalone().withClientPort(0).withMaxClientCnxns(0));
        open.add(server);
        contend(server.clientPort());
    }

    @Test
    void onApacheZooKeeper() throws Exception {
        ApacheZooKeeper server = ApacheZooKeeper.start();
        open.add(server);
        contend(server.port());
    }

    private void contend(int port) throws Exception {
        FaultProxy proxy = FaultProxy.to(port);
        open.add(proxy);
        List<Future<Void>> workers = new ArrayList<>();
        for (int i = 0; i < THREADS_OF_EACH; i++) {
            DistributedLock lock = DistributedLock.at(pinfold(proxy), "/contended");
            InterProcessMutex mutex = new InterProcessMutex(curator(proxy), "/contended");
            workers.add(threads.submit(until(() -> enterWith(lock))));
            workers.add(threads.submit(until(() -> enterWith(mutex))));
        }
        for (int cut = 0; cut < CUTS; cut++) {
            awaitMoreEntries(workers);
            proxy.cut();
        }
        awaitMoreEntries(workers);
        stopped = true;
        for (Future<Void> worker : workers) {
            worker.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        assertEquals(entries.get(), unprotected);
        assertTrue(entriesOfPinfold.get() >= CUTS, "Pinfold got in " + entriesOfPinfold + " times");
        assertTrue(entries.get() - entriesOfPinfold.get() >= CUTS, "Curator got in too rarely");
    }

    private void awaitMoreEntries(List<Future<Void>> workers) {
        int target = entries.get() + ENTRIES_BETWEEN_CUTS;
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> entries.get() >= target || workers.stream().anyMatch(Future::isDone));
    }

    private Callable<Void> until(Callable<Void> once) {
        return () -> {
            while (!stopped) {
                once.call();
            }
            return null;
        };
    }

    private Void enterWith(DistributedLock lock) throws InterruptedException {
        try (Lease lease = lock.acquire()) {
            beAlone();
            assertTrue(lease.fencingToken() > lastToken, "tokens grow");
            lastToken = lease.fencingToken();
            entriesOfPinfold.incrementAndGet();
            leave();
        }
        return null;
    }

    private Void enterWith(InterProcessMutex mutex) throws Exception {
        mutex.acquire();
        try {
            beAlone();
            leave();
        } finally {
            mutex.release();
        }
        return null;
    }

    private void beAlone() {
        assertEquals(1, inside.incrementAndGet(), "inside at the same time");
        unprotected++;
        Thread.yield(); // gives others the chance to be here, too
    }

    private void leave() {
        inside.decrementAndGet();
        entries.incrementAndGet();
    }

    private PinfoldClient pinfold(FaultProxy proxy) {
        PinfoldClient client = PinfoldClient.builder(proxy.connectString())
                .sessionTimeout(Duration.ofMillis(SESSION_TIMEOUT_MILLIS))
                .build();
        open.add(client);
        return client;
    }

    private CuratorFramework curator(FaultProxy proxy) {
        CuratorFramework client = CuratorFrameworkFactory.newClient(
                proxy.connectString(), SESSION_TIMEOUT_MILLIS, SESSION_TIMEOUT_MILLIS, new RetryForever(50));
        client.start();
        open.add(client);
        return client;
    }
}
