package io.pinfold.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys that Apache ZooKeeper knows in a {@code zoo.cfg} and that have no effect here, each with the reason. A key
 * that ends in a dot stands for all keys that begin with it. Stateless.
 */
final class ZooKeys {
    private static final String ENSEMBLE =
            "members agree in another way, with pinfold.electionTimeout as their patience";
    private static final String SECURITY = "this part of TLS, SASL or authentication cannot be configured here";
    private static final String ADMIN = "there is no such part of the administration in this version";
    private static final String STORAGE = "the storage has its own format and sizes";
    private static final String TUNING = "it tunes a part of Apache ZooKeeper that does not exist here";

    private static final Set<String> LOGIN_REQUIRED = Set.of("enforce.auth.enabled", "sessionRequireClientSASLAuth");
    private static final Map<String, String> REASONS = reasons();

    private ZooKeys() {}

    /** {@return why a server with this key must not start: without its effect it would promise less; or {@code null}} */
    static @Nullable String refusal(String key, String value) {
        if (key.startsWith("weight.") || key.startsWith("group.")) {
            return key + " is not supported: every member that votes counts the same";
        }
        if (LOGIN_REQUIRED.contains(key) && ZooCfg.trueOrFalse(key, value)) {
            return key
                    + "=true is not supported: clients that prove nothing would be served; ask for their certificates by"
                    + " secureClientPort with ssl.clientAuth=need, and remove the key";
        }
        return null;
    }

    /** {@return why a key of ZooKeeper's has no effect, or {@code null} if ZooKeeper has no such key} */
    static @Nullable String reason(String key) {
        String exact = REASONS.get(key);
        if (exact != null) {
            return exact;
        }
        for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
            String family = REASONS.get(key.substring(0, dot + 1));
            if (family != null) {
                return family;
            }
        }
        return null;
    }

    /**
     * {@return the known key that looks most like an unknown one, if any looks like it at all}
     *
     * @param used the keys that have an effect; they win over the others when equally near
     */
    static Optional<String> nearest(String unknown, Iterable<String> used) {
        List<String> known = new ArrayList<>();
        used.forEach(known::add);
        REASONS.keySet().stream().filter(key -> !key.endsWith(".")).forEach(known::add);
        String wanted = unknown.toLowerCase(Locale.ROOT);
        String best = null;
        int bestDistance = 1 + Math.max(1, wanted.length() / 3);
        for (String key : known) {
            int distance = distance(wanted, key.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                best = key;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replace, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }

    private static Map<String, String> reasons() {
        Map<String, String> reasons = new TreeMap<>();
        put(reasons, ENSEMBLE, """
                initLimit syncLimit connectToLearnerMasterLimit electionAlg peerType syncEnabled standaloneEnabled
                skipReconfigACL version oraclePath cnxTimeout
                multiAddress. multiAddress.enabled electionPortBindRetry leaderServes observerMasterPort observer.
                quorum.cnxn.threads.size localSessionsEnabled localSessionsUpgradingEnabled commitLogCount
                snapshotSizeFactor learner. leader. fastleader. enableEagerACLCheck maxConcurrentSnapSyncs
                maxConcurrentDiffSyncs maxTimeToWaitForEpoch quorumCnxnTimeoutMs messageTracker.
                forward_learner_requests_to_commit_processor_disabled""");
        put(reasons, SECURITY, """
                ssl. sslQuorumReloadCertFiles portUnification
                client.certReload fips-mode quorum.auth. authProvider.
                DigestAuthenticationProvider. X509AuthenticationProvider.
                IPAuthenticationProvider. ensembleAuthName sessionRequireClientSASLAuth enforce.auth.enabled
                enforce.auth.schemes allowSaslFailedClients sasl. kerberos. jaasLoginRenew""");
        put(reasons, ADMIN, """
                admin. admin.commandURL admin.idleTimeout admin.portUnification metricsProvider. audit.impl.class""");
        put(reasons, "snapshots and logs are always deleted as soon as newer ones cover them", """
                autopurge.purgeInterval""");
        put(reasons, "log and snapshots share dataDir", "dataLogDir");
        put(reasons, "znodes with a time to live are always written as ZooKeeper 3.5.4 and later write them", """
                emulate353TTLNodes""");
        put(reasons, STORAGE, """
                preAllocSize snapSizeLimitInKb txnLogSizeLimitInKb snapshot. snapshot.compression.method
                snapshot.trust.empty digest.enabled closeSessionTxn.enabled serializeLastProcessedZxid.enabled
                db.autocreate datadir.autocreate fsync.warningthresholdms""");
        put(reasons, TUNING, """
                serverCnxnFactory flushDelay maxWriteQueuePollTime maxBatchSize throttledOpWaitTime
                request_throttle_max_requests request_throttle_stall_time request_throttle_drop_stale
                request_stale_latency_check request_stale_connection_check request_throttler. requestThrottleLimit
                requestThrottleStallTime requestThrottleDropStale requestStaleLatencyCheck
                requestStaleConnectionCheck throttled_op_wait_time advancedFlowControlEnabled tcpKeepAlive
                clientTcpKeepAlive jute.maxbuffer.extrasize largeRequestMaxBytes
                largeRequestThreshold outstandingHandshake. netty. netty.advancedFlowControl.enabled nio.
                clientPortListenBacklog maxResponseCacheSize maxGetChildrenResponseCacheSize watchManagerName
                watcherCleanThreadsNum watcherCleanThreshold watcherCleanIntervalInSeconds
                maxInProcessingDeadWatchers bitHashCacheSize connectionMaxTokens connectionTokenFillTime
                connectionTokenFillCount connectionFreezeTime connectionDropIncrease connectionDropDecrease
                connectionDecreaseRatio connection_throttle_tokens connection_throttle_fill_time
                connection_throttle_fill_count connection_throttle_freeze_time connection_throttle_drop_increase
                connection_throttle_drop_decrease connection_throttle_decrease_ratio connection_throttle_weight_enabled connection_throttle_global_session_weight
                connection_throttle_local_session_weight connection_throttle_renew_session_weight commitProcessor.
                intBufferStartingSizeBytes jvm.pause.""");
        return reasons;
    }

    private static void put(Map<String, String> reasons, String reason, String keys) {
        for (String key : keys.split("\\s+")) {
            reasons.put(key, reason);
        }
    }
}
