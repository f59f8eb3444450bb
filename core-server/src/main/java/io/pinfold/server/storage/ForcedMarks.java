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
    private static final int FIRST = 64;

    private final ReentrantLock lock = new ReentrantLock();
    /** One place is free until there are as many as are kept. */
    private long[] zxids = new long[FIRST];

    private long[] chains = new long[FIRST];
    private int next;

    void add(long zxid, long chain) {
        lock.lock();
        try {
            zxids[next] = zxid;
            chains[next] = chain;
            next = (next + 1) % KEPT;
            if (next == zxids.length - 1 && zxids.length < KEPT) {
                zxids = Arrays.copyOf(zxids, 2 * zxids.length);
                chains = Arrays.copyOf(chains, 2 * chains.length);
            }
        } finally {
            lock.unlock();
        }
    }

    /** {@return the chain value at a force, if it is among the latest} */
    OptionalLong chainAt(long zxid) {
        lock.lock();
        try {
            for (int i = 0; i < zxids.length; i++) {
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
