package io.pinfold.client;

import java.time.Duration;

/** Skeleton. */
final class ClientCore {
    private ClientCore() {}

    static ClientCore start(ClientSettings settings) {
        throw new UnsupportedOperationException("not built yet: " + settings);
    }

    Lane lane() {
        throw new UnsupportedOperationException();
    }

    Session session() {
        throw new UnsupportedOperationException();
    }

    ClientRuntime runtime() {
        throw new UnsupportedOperationException();
    }

    void awaitConnected(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    Subscription addSessionListener(SessionListener listener, Lane lane) {
        throw new UnsupportedOperationException();
    }

    void close() {}
}
