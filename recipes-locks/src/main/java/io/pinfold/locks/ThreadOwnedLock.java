package io.pinfold.locks;

import io.pinfold.LeaseLostException;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A distributed lock as a {@link Lock} of Java: owned by a thread, reentrant. For code that expects one; new code is
 * better off with leases.
 *
 * <p>All threads that share the distributed lock through <em>the same object</em> wait for each other in this process
 * first, in the order of arrival, and one at a time for the distributed lock. Threads that use different objects, even of
 * the same path, exclude each other by way of the server.
 *
 * <p><b>A lost lease.</b> A thread that locks again while its lease is lost, or was given back by {@link #lease()}, gets a
 * {@link LeaseLostException} instead of a false promise; the hold that it has stays to be unlocked. The {@link #unlock()} of the
 * outermost hold frees the lock for the other threads and then throws {@link LeaseLostException} if the lease was lost
 * before: what was done under the lock may have overlapped with another holder.
 *
 * <p>Calls that wait for the server throw as {@link Acquirable} says. Thread-safe: the lease is guarded by the lock in
 * this process, which is held by whoever has it or asks for it.
 */
public final class ThreadOwnedLock implements Lock {
    private final Acquirable<? extends Lease> distributed;
    private final String name;
    private final ReentrantLock local = new ReentrantLock(true);
    private @Nullable Lease lease;

    ThreadOwnedLock(Acquirable<? extends Lease> distributed, String name) {
        this.distributed = distributed;
        this.name = name;
    }

    /**
     * Waits until the lock is ours, however long that takes. An interrupt does not end the waiting, and is set again.
     *
     * @throws LeaseLostException if this thread holds the lock and its lease is lost
     */
    @Override
    public void lock() {
        local.lock();
        boolean done = false;
        try {
            if (isFirstHold()) {
                lease = join();
            }
            done = true;
        } finally {
            undoUnless(done);
        }
    }

    /**
     * Waits until the lock is ours, however long that takes, or the thread is interrupted.
     *
     * @throws LeaseLostException if this thread holds the lock and its lease is lost
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
        local.lockInterruptibly();
        boolean done = false;
        try {
            if (isFirstHold()) {
                lease = distributed.acquire();
            }
            done = true;
        } finally {
            undoUnless(done);
        }
    }

    /**
     * Takes the lock if nobody in this process or elsewhere has it. Waits for the server; an interrupt ends that, and is
     * set again.
     *
     * @throws LeaseLostException if this thread holds the lock and its lease is lost
     */
    @Override
    public boolean tryLock() {
        if (!local.tryLock()) {
            return false;
        }
        boolean done = false;
        try {
            done = !isFirstHold() || took(distributed.tryAcquire());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            undoUnless(done);
        }
        return done;
    }

    /**
     * Waits for the lock for some time, which covers the waiting in this process as well.
     *
     * @throws LeaseLostException if this thread holds the lock and its lease is lost
     */
    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        long start = System.nanoTime();
        if (!local.tryLock(time, unit)) {
            return false;
        }
        boolean done = false;
        try {
            long left = Math.max(0, unit.toNanos(time) - (System.nanoTime() - start));
            done = !isFirstHold() || took(distributed.tryAcquire(Duration.ofNanos(left)));
        } finally {
            undoUnless(done);
        }
        return done;
    }

    /**
     * Ends one hold; the outermost one gives the lease back, without blocking.
     *
     * @throws IllegalMonitorStateException if this thread does not hold the lock
     * @throws LeaseLostException if the lease was lost before; the lock is not held any more
     */
    @Override
    public void unlock() {
        Lease mine = lease();
        if (local.getHoldCount() == 1) {
            boolean lost = isOver(mine);
            mine.close();
            lease = null;
            local.unlock();
            if (lost) {
                throw gone(mine);
            }
        } else {
            local.unlock();
        }
    }

    /**
     * Is not there: waiting for a condition would have to give the lease back without the lock's user knowing.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("A distributed lock has no conditions");
    }

    /**
     * {@return the lease behind the lock, for its fencing token, its state, its check}
     *
     * @throws IllegalMonitorStateException if this thread does not hold the lock
     */
    public Lease lease() {
        Lease mine = local.isHeldByCurrentThread() ? lease : null;
        if (mine == null) {
            throw new IllegalMonitorStateException("This thread does not hold " + name);
        }
        return mine;
    }

    /** {@return whether this thread locked it and did not unlock it; says nothing about the lease} */
    public boolean isLockedByCurrentThread() {
        return local.isHeldByCurrentThread();
    }

    /** {@return how often this thread locked it without unlocking it} */
    public int holdCount() {
        return local.getHoldCount();
    }

    @Override
    public String toString() {
        return "ThreadOwnedLock[" + name + ']';
    }

    private boolean isFirstHold() {
        Lease mine = lease;
        if (mine != null && isOver(mine)) {
            throw gone(mine);
        }
        return mine == null;
    }

    private boolean took(Optional<? extends Lease> taken) {
        taken.ifPresent(given -> lease = given);
        return taken.isPresent();
    }

    private Lease join() {
        try {
            return distributed.acquireAsync().join();
        } catch (CompletionException e) {
            throw Waiting.plain(e);
        }
    }

    private void undoUnless(boolean done) {
        if (!done) {
            local.unlock();
        }
    }

    private static boolean isOver(Lease lease) {
        LeaseState state = lease.state();
        return state == LeaseState.LOST || state == LeaseState.RELEASED;
    }

    private static LeaseLostException gone(Lease lease) {
        return new LeaseLostException(lease.path(), "The lease " + lease.path() + " is " + lease.state());
    }
}
