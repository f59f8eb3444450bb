package io.pinfold.server.watch;

import org.jspecify.annotations.Nullable;

/**
 * All that one watcher has registered on one path. Member of three structures at once, each linked through the watch
 * itself: the path's list, the watcher's list and the table by both. Belongs to {@link WatchIndex}.
 */
final class Watch<W> {
    static final int DATA = 1;
    static final int CHILD = 2;
    static final int PERSISTENT = 4;
    static final int RECURSIVE = 8;
    static final int ALL = 15;

    final WatchedPath<W> path;
    final WatcherEntry<W> watcher;
    /** The sum of the kinds that are registered; never 0 while the watch is linked. */
    int kinds;

    @Nullable
    Watch<W> previousOfPath;

    @Nullable
    Watch<W> nextOfPath;

    @Nullable
    Watch<W> previousOfWatcher;

    @Nullable
    Watch<W> nextOfWatcher;

    @Nullable
    Watch<W> nextOfBucket;

    Watch(WatchedPath<W> path, WatcherEntry<W> watcher) {
        this.path = path;
        this.watcher = watcher;
    }
}
