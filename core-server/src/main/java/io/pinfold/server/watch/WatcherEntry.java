package io.pinfold.server.watch;

import org.jspecify.annotations.Nullable;

/** One watcher and its watches. Belongs to {@link WatchIndex}. */
final class WatcherEntry<W> {
    final W watcher;
    /** Tells watchers apart in the table, the same way in every run. */
    final int number;
    /** The last change that the watcher was told of: no change is told twice. */
    long toldOf;

    @Nullable
    Watch<W> first;

    WatcherEntry(W watcher, int number) {
        this.watcher = watcher;
        this.number = number;
    }

    void add(Watch<W> watch) {
        watch.nextOfWatcher = first;
        if (first != null) {
            first.previousOfWatcher = watch;
        }
        first = watch;
    }

    void remove(Watch<W> watch) {
        Watch<W> before = watch.previousOfWatcher;
        Watch<W> after = watch.nextOfWatcher;
        if (before == null) {
            first = after;
        } else {
            before.nextOfWatcher = after;
        }
        if (after != null) {
            after.previousOfWatcher = before;
        }
    }
}
