package io.pinfold.queue;

import java.time.Duration;

/**
 * How many items a producer may put before it looks at the size of a bounded queue again: a quarter of the room that it
 * saw, within a second, and at least one if there is room at all; what is put as one may take all of it. Confined to the queue's progress.
 */
final class Room {
    private static final long SIGHT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int SHARE = 4;

    private final int limit;
    private int left;
    /** All the room that was seen, less what was put since. */
    private int free;

    private long seenNanos;

    /** A limit of 0 is none. */
    Room(int limit) {
        this.limit = limit;
    }

    /** {@return how many may be put now without a look} */
    int left(long nowNanos) {
        if (limit == 0) {
            return Integer.MAX_VALUE;
        }
        return nowNanos - seenNanos < SIGHT_NANOS ? left : 0;
    }

    /** {@return whether so many may be put now that have to be put as one} */
    boolean isFor(int items, long nowNanos) {
        int share = left(nowNanos);
        return share > 0 && (items <= share || items <= free);
    }

    void seen(int size, long nowNanos) {
        free = limit - size;
        left = free <= 0 ? 0 : Math.max(1, free / SHARE);
        seenNanos = nowNanos;
    }

    void taken(int items) {
        left = Math.max(0, left - items);
        free -= items;
    }
}
