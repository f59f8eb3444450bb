package io.pinfold.server.watch;

import org.jspecify.annotations.Nullable;

/**
 * Finds the watch of one watcher on one path. A hash table whose buckets are chained through the watches, so an entry
 * costs nothing but its slot. Belongs to {@link WatchIndex}.
 */
final class WatchTable<W> {
    private @Nullable Watch<W>[] buckets = newBuckets(16);
    private int size;

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays cannot be generic
    private static <W> @Nullable Watch<W>[] newBuckets(int length) {
        return new Watch[length];
    }

    int size() {
        return size;
    }

    @Nullable
    Watch<W> find(WatchedPath<W> path, WatcherEntry<W> watcher) {
        Watch<W> watch = buckets[bucket(path, watcher, buckets.length)];
        while (watch != null && (watch.path != path || watch.watcher != watcher)) {
            watch = watch.nextOfBucket;
        }
        return watch;
    }

    void add(Watch<W> watch) {
        if (size >= buckets.length) {
            resize(buckets.length * 2);
        }
        link(watch, buckets);
        size++;
    }

    void remove(Watch<W> watch) {
        int bucket = bucket(watch.path, watch.watcher, buckets.length);
        Watch<W> at = buckets[bucket];
        if (at == watch) {
            buckets[bucket] = watch.nextOfBucket;
        } else {
            while (at != null && at.nextOfBucket != watch) {
                at = at.nextOfBucket;
            }
            if (at == null) {
                throw new IllegalStateException("A watch is not in the table");
            }
            at.nextOfBucket = watch.nextOfBucket;
        }
        size--;
        if (size < buckets.length / 8 && buckets.length > 16) {
            resize(buckets.length / 4);
        }
    }

    private void resize(int length) {
        @Nullable Watch<W>[] larger = newBuckets(length);
        for (Watch<W> bucket : buckets) {
            Watch<W> watch = bucket;
            while (watch != null) {
                Watch<W> next = watch.nextOfBucket;
                link(watch, larger);
                watch = next;
            }
        }
        buckets = larger;
    }

    private static <W> void link(Watch<W> watch, @Nullable Watch<W>[] buckets) {
        int bucket = bucket(watch.path, watch.watcher, buckets.length);
        watch.nextOfBucket = buckets[bucket];
        buckets[bucket] = watch;
    }

    private static int bucket(WatchedPath<?> path, WatcherEntry<?> watcher, int length) {
        int hash = (path.path.hashCode() * 31 + watcher.number) * 0x9e3779b9;
        return hash >>> 7 & length - 1;
    }
}
