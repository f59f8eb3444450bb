package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.framework.Lease;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.shared.SharedCount;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Pinfold's semaphore and Curator's share the same permits on one path. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"ENSEMBLE", "APACHE_ZOOKEEPER"})
class SemaphoreBesideCuratorInteropTest extends CuratorContest {
    private static final int SIZE = 3;

    private final AtomicInteger inUse = new AtomicInteger();
    private final AtomicInteger turns = new AtomicInteger();

    @Test
    void neverGiveOutMoreThanThereAre() throws Exception {
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            DistributedSemaphore ours =
                    DistributedSemaphore.builder(pinfold(), path).permits(SIZE).build();
            InterProcessSemaphoreV2 theirs = new InterProcessSemaphoreV2(curator(), path, SIZE);
            all.add(() -> enterWith(ours));
            all.add(() -> enterWith(ours));
            all.add(() -> enterWith(theirs));
        }
        contend(all);
    }

    @Test
    void countEachOthersPermits() throws Exception {
        DistributedSemaphore ours =
                DistributedSemaphore.builder(client, path).permits(SIZE).build();
        InterProcessSemaphoreV2 theirs = new InterProcessSemaphoreV2(curator(), path, SIZE);
        Permits two = ours.acquire(2);
        var third = theirs.acquire();
        assertEquals(Optional.empty(), ours.tryAcquire());
        assertNull(theirs.acquire(100, TimeUnit.MILLISECONDS));
        two.close();
        Collection<org.apache.curator.framework.recipes.locks.Lease> more = theirs.acquire(2, 10, TimeUnit.SECONDS);
        assertNotNull(more);
        assertEquals(Optional.empty(), ours.tryAcquire(Duration.ofMillis(100)));
        theirs.returnLease(third);
        assertTrue(ours.tryAcquire(Duration.ofSeconds(10)).isPresent());
    }

    @Test
    void agreeOnTheSizeInASharedCount() throws Exception {
        CuratorFramework curator = curator();
        SharedCount count = new SharedCount(curator, path + "-size", 1);
        count.start();
        InterProcessSemaphoreV2 theirs = new InterProcessSemaphoreV2(curator, path, count);
        DistributedSemaphore ours = DistributedSemaphore.builder(client, path)
                .sharedCount(path + "-size")
                .build();
        Lease first = ours.acquire();
        assertEquals(Optional.empty(), ours.tryAcquire());

        ours.resize(2);

        assertNotNull(theirs.acquire(10, TimeUnit.SECONDS));
        count.setCount(3);
        assertTrue(ours.tryAcquire(Duration.ofSeconds(10)).isPresent());
        assertTrue(first.isHeld());
        count.close();
    }

    private Void enterWith(DistributedSemaphore semaphore) throws InterruptedException {
        int wanted = 1 + turns.incrementAndGet() % SIZE;
        try (Permits permits = semaphore.acquire(wanted)) {
            use(permits.count());
        }
        entriesOfPinfold.incrementAndGet();
        return null;
    }

    private Void enterWith(InterProcessSemaphoreV2 semaphore) throws Exception {
        var lease = semaphore.acquire();
        use(1);
        semaphore.returnLease(lease);
        entriesOfCurator.incrementAndGet();
        return null;
    }

    private void use(int permits) {
        int now = inUse.addAndGet(permits);
        assertTrue(now <= SIZE, now + " permits in use");
        Thread.yield();
        inUse.addAndGet(-permits);
    }
}
