package io.pinfold.server.watch;

import io.pinfold.WatchEvent;

/**
 * Takes what watches have to be told, in order. Confined to the owner of the index.
 *
 * @param <W> who watches
 */
@FunctionalInterface
public interface EventSink<W> {
    /**
     * {@return whether a watcher may be told of an event} If not, the watch stays, also one that tells only once: it
     * waits for an event that its watcher may hear of.
     */
    default boolean mayHear(W watcher, WatchEvent.Type type) {
        return true;
    }

    /** Tells a watcher. Must not change the index that calls. */
    void deliver(W watcher, WatchEvent.Type type, String path);
}
