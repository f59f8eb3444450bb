package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.framework.Lease;
import io.pinfold.testing.scene.Servers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.Revoker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Pinfold's lock and Curator's mutex exclude each other on one path, on our ensemble and on a ZooKeeper, over lost connections. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"ENSEMBLE", "APACHE_ZOOKEEPER"})
class LockBesideCuratorInteropTest extends CuratorContest {
    private static final int THREADS_OF_EACH = 3;

    private final AtomicInteger inside = new AtomicInteger();
    private int unprotected;
    private long lastToken;

    @Test
    void excludeEachOther() throws Exception {
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < THREADS_OF_EACH; i++) {
            DistributedLock lock = DistributedLock.at(pinfold(), path);
            InterProcessMutex mutex = new InterProcessMutex(curator(), path);
            all.add(() -> enterWith(lock));
            all.add(() -> enterWith(mutex));
        }

        contend(all);

        assertEquals(entriesOfPinfold.get() + entriesOfCurator.get(), unprotected);
    }

    @Test
    void waitForEachOther() throws Exception {
        DistributedLock lock = DistributedLock.at(client, path);
        CuratorFramework curator = curator();
        InterProcessMutex mutex = new InterProcessMutex(curator, path);
        mutex.acquire();
        assertEquals(Optional.empty(), lock.tryAcquire());
        assertEquals(
                mutex.getParticipantNodes().iterator().next(),
                lock.inspect().holder().orElseThrow().path());
        CompletableFuture<Lease> attempt = lock.acquireAsync();
        awaitChildren(path, 2);
        mutex.release();

        Lease lease = get(attempt);
        assertEquals(List.of(lease.path()), List.copyOf(mutex.getParticipantNodes()));
        assertFalse(mutex.acquire(100, TimeUnit.MILLISECONDS));
        lease.close();
        assertTrue(mutex.acquire(10, TimeUnit.SECONDS));
        mutex.release();
    }

    @Test
    void askEachOtherToGiveTheLockBack() throws Exception {
        CuratorFramework curator = curator();
        CompletableFuture<Lease> asked = new CompletableFuture<>();
        Lease lease = DistributedLock.builder(client, path)
                .onRevokeRequested(asked::complete)
                .build()
                .acquire();
        Revoker.attemptRevoke(curator, lease.path());
        get(asked).close();

        InterProcessMutex mutex = new InterProcessMutex(curator, path);
        CompletableFuture<Void> askedCurator = new CompletableFuture<>();
        mutex.makeRevocable(held -> askedCurator.complete(null));
        mutex.acquire();
        DistributedLock onlooker = DistributedLock.at(other, path);
        assertTrue(get(onlooker.requestRevocation(onlooker.inspect().holder().orElseThrow())));

        get(askedCurator);
        mutex.release();
    }

    private Void enterWith(DistributedLock lock) throws InterruptedException {
        try (Lease lease = lock.acquire()) {
            beAlone();
            assertTrue(lease.fencingToken() > lastToken, "tokens grow");
            lastToken = lease.fencingToken();
            entriesOfPinfold.incrementAndGet();
            inside.decrementAndGet();
        }
        return null;
    }

    private Void enterWith(InterProcessMutex mutex) throws Exception {
        mutex.acquire();
        try {
            beAlone();
            entriesOfCurator.incrementAndGet();
            inside.decrementAndGet();
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
}
