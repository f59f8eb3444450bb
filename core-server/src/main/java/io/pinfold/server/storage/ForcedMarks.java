package io.pinfold.server.storage;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The chain values at the latest forces, so that a snapshot of a recent zxid need not read the log for its chain value.
 * Thread-safe by a lock: the disk thread adds, the snapshot thread looks.
 */
final class ForcedMarks {
    private static final int KEPT = 8192;

    private final ReentrantLock lock = new ReentrantLock();
    private final long[] zxids = new long[KEPT];
    private final long[] chains = new long[KEPT];
    private int next;

    void add(long zxid, long chain) {
        lock.lock();
        try {
            zxids[next] = zxid;
            chains[next] = chain;
            next = (next + 1) % KEPT;
        } finally {
            lock.unlock();
        }
    }

    /** {@return the chain value at a force, if it is among the latest} */
    OptionalLong chainAt(long zxid) {
        lock.lock();
        try {
            for (int i = 0; i < KEPT; i++) {
                if (zxids[i] == zxid) {
                    return OptionalLong.of(chains[i]);
                }
            }
            return OptionalLong.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets everything, because the history is about to change. */
    void clear() {
        lock.lock();
        try {
            Arrays.fill(zxids, 0);
        } finally {
            lock.unlock();
        }
    }
}
