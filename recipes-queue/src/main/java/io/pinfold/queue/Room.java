package io.pinfold.queue;

import java.time.Duration;

/**
 * How much a producer may put before it looks at the size of a bounded queue again, in items or in bytes: a quarter of the
 * room that it saw, within a second, and at least one item if there is room at all; what is put as one may take all of it.
 * Confined to the queue's progress.
 */
final class Room {
    private static final long SIGHT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int SHARE = 4;

    private final long limit;
    private long left;
    /** All the room that was seen, less what was put since. */
    private long free;

    private long seenNanos;

    /** A limit of 0 is none. */
    Room(long limit) {
        this.limit = limit;
    }

    /** {@return how much may be put now without a look} */
    long left(long nowNanos) {
        if (limit == 0) {
            return Long.MAX_VALUE;
        }
        return nowNanos - seenNanos < SIGHT_NANOS ? left : 0;
    }

    /** {@return whether so much may be put now that has to be put as one} */
    boolean isFor(long size, long nowNanos) {
        long share = left(nowNanos);
        return share > 0 && (size <= share || size <= free);
    }

    void seen(long size, long nowNanos) {
        free = limit - size;
        left = free <= 0 ? 0 : Math.max(1, free / SHARE);
        seenNanos = nowNanos;
    }

    void taken(long size) {
        left = Math.max(0, left - size);
        free -= size;
    }
}
