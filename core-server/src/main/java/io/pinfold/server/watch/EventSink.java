package io.pinfold.server.watch;

import io.pinfold.WatchEvent;

/**
 * Takes what watches have to be told, in order. Confined to the owner of the index.
 *
 * @param <W> who watches
 */
@FunctionalInterface
public interface EventSink<W> {
    /** Tells a watcher. Must not change the index that calls. */
    void deliver(W watcher, WatchEvent.Type type, String path);
}
