package io.pinfold.testing;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Lets frames through or holds them back. Thread-safe: guarded by its lock. */
final class Valve {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean shut;

    void shut() {
        set(true);
    }

    void open() {
        set(false);
    }

    /** Makes those who wait look again whether they have been given up. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the valve is open or the waiter has been given up. */
    void pass(BooleanSupplier givenUp) throws InterruptedException {
        lock.lock();
        try {
            while (shut && !givenUp.getAsBoolean()) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void set(boolean value) {
        lock.lock();
        try {
            shut = value;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
