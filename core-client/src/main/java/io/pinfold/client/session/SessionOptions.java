package io.pinfold.client.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ClientSession} needs to know. Immutable.
 *
 * @param servers where to connect, at least one
 * @param timeoutMillis the session timeout to ask for
 * @param maxReplyBytes the longest frame that is accepted
 * @param seed decides the order of servers and the jitter of pauses
 * @param login how to prove who one is, or {@code null} for not at all
 * @param readOnly whether a server that answers reads only is better than none
 */
public record SessionOptions(
        List<ServerAddress> servers,
        int timeoutMillis,
        int maxReplyBytes,
        long seed,
        @Nullable Login login,
        boolean readOnly) {
    /** Makes options of a client that neither logs in nor is content with reads. */
    public SessionOptions(List<ServerAddress> servers, int timeoutMillis, int maxReplyBytes, long seed) {
        this(servers, timeoutMillis, maxReplyBytes, seed, null, false);
    }
}
