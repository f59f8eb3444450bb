package io.pinfold.client;

import io.pinfold.WatchEvent;

/**
 * Receives events of a watch. Called on the client's callback executor, one event at a time and in the order in which
 * the server sent them; never on an I/O thread. What it throws is logged.
 */
@FunctionalInterface
public interface Watcher {
    /**
     * Something happened.
     *
     * @param event what, where and when
     */
    void onEvent(WatchEvent event);
}
