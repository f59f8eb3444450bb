package io.pinfold.client;

import java.time.Instant;

/**
 * A state that a session came into. Immutable, but for the session itself, whose state may be another one by now.
 *
 * @param session the session
 * @param state its state
 * @param since when it came into that, by this process's wall clock
 */
public record SessionChange(Session session, SessionState state, Instant since) {}
