package io.pinfold.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.LeaseLostException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.testing.scene.Servers;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the lock promises in Java's own shape, on either server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class ThreadOwnedLockTest extends RecipeScene {
    private ThreadOwnedLock lock;

    @BeforeEach
    void open() {
        lock = DistributedLock.at(client, path).asJavaLock();
    }

    @Test
    void oneThreadMayLockAgainAndUnlocksAsOften() throws Exception {
        lock.lock();
        Lease lease = lock.lease();
        lock.lockInterruptibly();
        assertTrue(lock.tryLock());
        assertTrue(lock.tryLock(1, TimeUnit.SECONDS));

        assertEquals(4, lock.holdCount());
        assertEquals(lease, lock.lease());
        awaitChildren(path, 1);
        lock.unlock();
        lock.unlock();
        lock.unlock();
        assertTrue(lease.isHeld());
        lock.unlock();
        assertFalse(lock.isLockedByCurrentThread());
        awaitChildren(path, 0);
        assertThrows(IllegalMonitorStateException.class, lock::unlock);
        assertThrows(IllegalMonitorStateException.class, lock::lease);
    }

    @Test
    void anotherThreadCannotUnlockAndWaitsInThisProcess() throws Exception {
        lock.lock();

        elsewhere(() -> assertThrows(IllegalMonitorStateException.class, lock::unlock));
        boolean atOnce = elsewhere(() -> lock.tryLock());
        boolean soon = elsewhere(() -> lock.tryLock(50, TimeUnit.MILLISECONDS));
        assertFalse(atOnce || soon);
        awaitChildren(path, 1);
        FutureTask<Boolean> waiting = begin(() -> lock.tryLock(20, TimeUnit.SECONDS));
        lock.unlock();

        assertTrue(waiting.get(20, TimeUnit.SECONDS));
    }

    @Test
    void otherProcessesAreKeptOut() throws Exception {
        lock.lock();
        ThreadOwnedLock theirs = DistributedLock.at(other, path).asJavaLock();

        assertFalse(theirs.tryLock());
        assertFalse(theirs.tryLock(50, TimeUnit.MILLISECONDS));
        assertFalse(theirs.isLockedByCurrentThread());
        lock.unlock();

        assertTrue(theirs.tryLock(20, TimeUnit.SECONDS));
        theirs.unlock();
    }

    @Test
    void whoLostTheLeaseIsNotLetInAgain() throws Exception {
        lock.lock();
        other.delete(lock.lease().path());
        get(lock.lease().lost());
        Lease next = DistributedLock.at(other, path).acquire();

        assertThrows(LeaseLostException.class, lock::lock);
        assertThrows(LeaseLostException.class, lock::tryLock);
        assertThrows(LeaseLostException.class, () -> lock.tryLock(1, TimeUnit.SECONDS));
        assertThrows(LeaseLostException.class, lock::lockInterruptibly);

        assertEquals(1, lock.holdCount());
        assertThrows(LeaseLostException.class, lock::unlock);
        assertFalse(lock.isLockedByCurrentThread());
        next.close();
        lock.lock();
        lock.unlock();
    }

    @Test
    void anInterruptEndsOnlyWhatMayBeInterrupted() throws Exception {
        Lease held = DistributedLock.at(other, path).acquire();
        CompletableFuture<Thread> started = new CompletableFuture<>();
        FutureTask<Throwable> interruptible = begin(() -> {
            started.complete(Thread.currentThread());
            return assertThrows(InterruptedException.class, lock::lockInterruptibly);
        });
        awaitChildren(path, 2);
        get(started).interrupt();
        assertInstanceOf(InterruptedException.class, interruptible.get(20, TimeUnit.SECONDS));
        awaitChildren(path, 1);

        CompletableFuture<Thread> stubborn = new CompletableFuture<>();
        FutureTask<Boolean> patient = begin(() -> {
            stubborn.complete(Thread.currentThread());
            lock.lock();
            lock.unlock();
            return Thread.interrupted();
        });
        awaitChildren(path, 2);
        get(stubborn).interrupt();
        held.close();
        assertTrue(patient.get(20, TimeUnit.SECONDS), "the interrupt is not forgotten");
    }

    @Test
    void hasNoConditions() {
        assertThrows(UnsupportedOperationException.class, lock::newCondition);
    }

    @Test
    void aFailedAttemptLeavesTheLockFree() throws Exception {
        PinfoldClient closed = connect("127.0.0.1:" + port);
        ThreadOwnedLock dead = DistributedLock.at(closed, path).asJavaLock();
        closed.close();

        assertThrows(ClientClosedException.class, dead::lock);
        assertThrows(ClientClosedException.class, dead::tryLock);

        assertFalse(dead.isLockedByCurrentThread());
        elsewhere(() -> assertThrows(ClientClosedException.class, dead::lock));
    }

    private static <T> T elsewhere(Callable<T> task) throws Exception {
        return begin(task).get(20, TimeUnit.SECONDS);
    }

    private static <T> FutureTask<T> begin(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        new Thread(future).start();
        return future;
    }
}
