package io.pinfold.server.engine;

import org.jspecify.annotations.Nullable;

/**
 * When a session ends if nobody hears from its client, and which connection carries it. The replicated part of a session
 * is in the tree. Confined to the node loop.
 */
final class SessionLease {
    final long id;
    long timeoutNanos;
    /** When a frame of the client last arrived. */
    long touchedNanos;
    /** The tick under which this lease is looked at next. */
    long filedUnder;
    /** Whether the end of the session is on its way through the log. */
    boolean closing;

    @Nullable
    Connection connection;

    SessionLease(long id) {
        this.id = id;
    }
}
