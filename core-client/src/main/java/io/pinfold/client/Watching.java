package io.pinfold.client;

import io.pinfold.WatchEvent;
import io.pinfold.client.session.WatchTarget;

/**
 * A watcher as the session knows it: hands events to the watcher's lane, with the user's paths. Two are equal if they
 * stand for the same watcher, so that one watcher is told once of one event. Immutable.
 */
final class Watching implements WatchTarget {
    private final Watcher watcher;
    private final Lane lane;
    private final ClientCore core;
    private final Chroot chroot;

    Watching(Watcher watcher, Lane lane, ClientCore core, Chroot chroot) {
        this.chroot = chroot;
        this.watcher = watcher;
        this.lane = lane;
        this.core = core;
    }

    @Override
    public void onEvent(WatchEvent.Type type, String path, long zxid) {
        WatchEvent event = new WatchEvent(type, chroot.toUser(path), zxid);
        long arrived = core.host().nanoTime();
        lane.execute(() -> core.deliver(event, watcher, arrived));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Watching that && watcher == that.watcher;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(watcher);
    }
}
