package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.framework.Lease;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Pinfold's read-write lock and Curator's exclude each other on one path, also when writers go on as readers. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"ENSEMBLE", "APACHE_ZOOKEEPER"})
class ReadWriteLockBesideCuratorInteropTest extends CuratorContest {
    private static final int THREADS_OF_EACH = 2;

    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicInteger writers = new AtomicInteger();
    private final AtomicInteger turns = new AtomicInteger();
    private long lastToken;

    @Test
    void excludeEachOther() throws Exception {
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < THREADS_OF_EACH; i++) {
            DistributedReadWriteLock ours = DistributedReadWriteLock.at(pinfold(), path);
            InterProcessReadWriteLock theirs = new InterProcessReadWriteLock(curator(), path);
            all.add(() -> enterWith(ours));
            all.add(() -> enterWith(theirs));
        }
        contend(all);
    }

    @Test
    void waitForEachOther() throws Exception {
        DistributedReadWriteLock ours = DistributedReadWriteLock.at(client, path);
        InterProcessReadWriteLock theirs = new InterProcessReadWriteLock(curator(), path);
        theirs.writeLock().acquire();
        CompletableFuture<Lease> reader = ours.read().acquireAsync();
        awaitChildren(path, 2);
        theirs.readLock().acquire();
        theirs.writeLock().release();
        assertTrue(get(reader).isHeld(), "Curator went on as a reader");
        assertEquals(Optional.empty(), ours.write().tryAcquire(Duration.ofMillis(100)));
        theirs.readLock().release();
        get(reader).close();

        WriteLease writing = ours.write().acquire();
        assertFalse(theirs.readLock().acquire(100, TimeUnit.MILLISECONDS));
        Lease reading = writing.downgrade();
        assertTrue(theirs.readLock().acquire(10, TimeUnit.SECONDS));
        theirs.readLock().release();
        assertFalse(theirs.writeLock().acquire(100, TimeUnit.MILLISECONDS));
        reading.close();
        assertTrue(theirs.writeLock().acquire(10, TimeUnit.SECONDS));
        theirs.writeLock().release();
    }

    private Void enterWith(DistributedReadWriteLock lock) throws InterruptedException {
        int turn = turns.incrementAndGet();
        if (turn % 2 == 0) {
            try (Lease reading = lock.read().acquire()) {
                read();
            }
        } else {
            WriteLease writing = lock.write().acquire();
            assertTrue(writing.fencingToken() > lastToken, "tokens of writers grow");
            lastToken = writing.fencingToken();
            write();
            if (turn % 3 == 0) {
                writing.close();
            } else {
                try (Lease reading = writing.downgrade()) {
                    assertEquals(lastToken, reading.fencingToken(), "no writer of ours slipped in");
                    read();
                }
            }
        }
        entriesOfPinfold.incrementAndGet();
        return null;
    }

    private Void enterWith(InterProcessReadWriteLock lock) throws Exception {
        int turn = turns.incrementAndGet();
        if (turn % 2 == 0) {
            lock.readLock().acquire();
            read();
            lock.readLock().release();
        } else {
            lock.writeLock().acquire();
            write();
            if (turn % 3 == 0) {
                lock.writeLock().release();
            } else {
                lock.readLock().acquire();
                lock.writeLock().release();
                read();
                lock.readLock().release();
            }
        }
        entriesOfCurator.incrementAndGet();
        return null;
    }

    private void read() {
        readers.incrementAndGet();
        assertEquals(0, writers.get(), "a writer beside a reader");
        Thread.yield();
        readers.decrementAndGet();
    }

    private void write() {
        assertEquals(1, writers.incrementAndGet(), "two writers");
        assertEquals(0, readers.get(), "a reader beside a writer");
        Thread.yield();
        writers.decrementAndGet();
    }
}
