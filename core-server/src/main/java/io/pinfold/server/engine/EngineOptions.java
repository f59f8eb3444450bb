package io.pinfold.server.engine;

/**
 * The numbers that the engine works with. Immutable.
 *
 * @param memberId number of this member, 1 to 254; the high byte of the ids of sessions that it creates
 * @param sessionKey secret from which session passwords are made
 * @param tickMillis granularity of session expiry
 * @param minSessionMillis shortest session timeout granted
 * @param maxSessionMillis longest session timeout granted
 * @param maxOutstanding requests of all connections that may wait for the disk before reading stops
 * @param maxOutstandingPerConnection requests of one connection that may wait before reading from it stops
 * @param maxOutstandingBytes bytes of requests and their transactions that may wait before reading stops
 * @param maxTxnBytes longest transaction; well above the longest request, and less than the log takes
 * @param maxWatches watches of all connections
 * @param snapshotEvery transactions between two snapshots; 0 for no snapshots
 * @param policy what clients may do
 * @param maxSessions sessions of the whole cluster; beyond that, no client gets a new one here
 */
public record EngineOptions(
        int memberId,
        byte[] sessionKey,
        int tickMillis,
        int minSessionMillis,
        int maxSessionMillis,
        int maxOutstanding,
        int maxOutstandingPerConnection,
        long maxOutstandingBytes,
        int maxTxnBytes,
        int maxWatches,
        int snapshotEvery,
        Policy policy,
        int maxSessions) {
    /** Makes options with the policy of a server that was told nothing about it, and without a limit of sessions. */
    public EngineOptions(
            int memberId,
            byte[] sessionKey,
            int tickMillis,
            int minSessionMillis,
            int maxSessionMillis,
            int maxOutstanding,
            int maxOutstandingPerConnection,
            long maxOutstandingBytes,
            int maxTxnBytes,
            int maxWatches,
            int snapshotEvery) {
        this(
                memberId,
                sessionKey,
                tickMillis,
                minSessionMillis,
                maxSessionMillis,
                maxOutstanding,
                maxOutstandingPerConnection,
                maxOutstandingBytes,
                maxTxnBytes,
                maxWatches,
                snapshotEvery,
                Policy.DEFAULT,
                Integer.MAX_VALUE);
    }
}
