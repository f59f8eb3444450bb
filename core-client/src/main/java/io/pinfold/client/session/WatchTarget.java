package io.pinfold.client.session;

import io.pinfold.WatchEvent;

/**
 * Who is told of a watch's events. Called on the client's loop, in the order in which the events arrived; must only hand
 * them on. Two registrations of equal targets on one path count as one.
 */
@FunctionalInterface
public interface WatchTarget {
    /**
     * Something happened.
     *
     * @param type what
     * @param path the znode, as the server calls it; for {@code RESYNC} and {@code WATCH_LOST} the watched one
     * @param zxid zxid of the change, or −1
     */
    void onEvent(WatchEvent.Type type, String path, long zxid);
}
