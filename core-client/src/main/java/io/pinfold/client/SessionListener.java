package io.pinfold.client;

/**
 * Learns how sessions fare. Called on the client's callback executor, in order. What it throws is logged.
 */
@FunctionalInterface
public interface SessionListener {
    /**
     * A session changed its state. After {@code EXPIRED} the client opens a new session, which is reported as
     * {@code CONNECTED} with another {@link Session} object.
     *
     * @param session the session
     * @param state its new state
     */
    void onState(Session session, SessionState state);
}
