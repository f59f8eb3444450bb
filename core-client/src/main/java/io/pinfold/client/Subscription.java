package io.pinfold.client;

/** A lasting watch. Thread-safe. */
public interface Subscription extends AutoCloseable {
    /**
     * Ends the subscription: no event is delivered after this returned, except one whose delivery is under way. Removes
     * the watch from the server in the background when no other subscription needs it. Does not block; closing twice
     * does nothing.
     */
    @Override
    void close();
}
