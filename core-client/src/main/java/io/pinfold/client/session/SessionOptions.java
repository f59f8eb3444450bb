package io.pinfold.client.session;

import java.util.List;

/**
 * What a {@link ClientSession} needs to know. Immutable.
 *
 * @param servers where to connect, at least one
 * @param timeoutMillis the session timeout to ask for
 * @param maxReplyBytes the longest frame that is accepted
 * @param seed decides the order of servers and the jitter of pauses
 */
public record SessionOptions(List<ServerAddress> servers, int timeoutMillis, int maxReplyBytes, long seed) {}
