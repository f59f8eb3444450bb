package io.pinfold.client;

import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.client.session.WatchRequest;
import io.pinfold.client.session.WatchTarget;

/** A subscription to everything that happens to a znode or below it. Thread-safe: one volatile flag. */
final class LastingWatch implements Subscription, WatchTarget {
    private final ClientCore core;
    private final Chroot chroot;
    private final Watcher watcher;
    private final Lane lane;
    private final WatchRequest request;
    private volatile boolean closed;

    LastingWatch(ClientCore core, Chroot chroot, String serverPath, WatchMode mode, Watcher watcher, Lane lane) {
        this.core = core;
        this.chroot = chroot;
        this.watcher = watcher;
        this.lane = lane;
        WatchRequest.Kind kind =
                mode == WatchMode.PERSISTENT ? WatchRequest.Kind.PERSISTENT : WatchRequest.Kind.RECURSIVE;
        this.request = new WatchRequest(kind, serverPath, this);
    }

    WatchRequest request() {
        return request;
    }

    @Override
    public void onEvent(WatchEvent.Type type, String path, long zxid) {
        WatchEvent event = new WatchEvent(type, chroot.toUser(path), zxid);
        long arrived = core.host().nanoTime();
        lane.execute(() -> {
            if (!closed) {
                core.deliver(event, watcher, arrived);
            }
        });
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            core.submit(() -> core.forget(core.session().removeLasting(request)));
        }
    }
}
