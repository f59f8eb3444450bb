package io.pinfold.testing.rates;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/** How long each operation of one round took, and how many there were. Thread-safe: guarded by a lock. */
public final class Round {
    private final ReentrantLock lock = new ReentrantLock();
    private long[] nanos = new long[1024];
    private int size;
    private long operations;

    Round() {}

    /**
     * Notes one operation.
     *
     * @param took how long it took, in nanoseconds
     */
    public void record(long took) {
        record(took, 1);
    }

    /**
     * Notes many operations, of which only the average is known.
     *
     * @param took how long all of them took, in nanoseconds
     * @param count how many there were
     */
    public void record(long took, long count) {
        lock.lock();
        try {
            if (size == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * size);
            }
            nanos[size++] = took / count;
            operations += count;
        } finally {
            lock.unlock();
        }
    }

    long operations() {
        lock.lock();
        try {
            return operations;
        } finally {
            lock.unlock();
        }
    }

    long[] nanos() {
        lock.lock();
        try {
            return Arrays.copyOf(nanos, size);
        } finally {
            lock.unlock();
        }
    }
}
