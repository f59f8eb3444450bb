package io.pinfold.server.tree;

import io.pinfold.AuthId;
import java.util.List;

/**
 * Who asks for something. Immutable.
 *
 * @param sessionId the session; 0 for the server itself
 * @param ids the identities of the connection
 */
public record Caller(long sessionId, List<AuthId> ids) {
    public Caller {
        ids = List.copyOf(ids);
    }

    /** {@return a caller who has not authenticated} */
    public static Caller anonymous(long sessionId) {
        return new Caller(sessionId, List.of());
    }
}
