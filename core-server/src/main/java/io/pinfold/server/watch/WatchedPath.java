package io.pinfold.server.watch;

import org.jspecify.annotations.Nullable;

/** The watches on one path, the oldest first. Belongs to {@link WatchIndex}. */
final class WatchedPath<W> {
    final String path;

    @Nullable
    Watch<W> first;

    private @Nullable Watch<W> last;

    WatchedPath(String path) {
        this.path = path;
    }

    void append(Watch<W> watch) {
        watch.previousOfPath = last;
        if (last == null) {
            first = watch;
        } else {
            last.nextOfPath = watch;
        }
        last = watch;
    }

    void remove(Watch<W> watch) {
        Watch<W> before = watch.previousOfPath;
        Watch<W> after = watch.nextOfPath;
        if (before == null) {
            first = after;
        } else {
            before.nextOfPath = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previousOfPath = before;
        }
    }
}
