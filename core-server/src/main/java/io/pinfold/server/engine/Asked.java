package io.pinfold.server.engine;

import io.pinfold.AuthId;
import io.pinfold.wire.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member asks of the leader for one of its connections. Immutable.
 *
 * @param kind what is wanted
 * @param member the member that asks
 * @param connection that member's number of the connection
 * @param sessionId the session, 0 for a new one
 * @param xid the client's number of the request
 * @param timeoutMillis the timeout of a session that begins or moves
 * @param request the change that is wanted
 * @param identities as whom the client asks
 */
record Asked(
        PendingRequest.Kind kind,
        int member,
        long connection,
        long sessionId,
        int xid,
        int timeoutMillis,
        @Nullable Request request,
        List<AuthId> identities) {}
