package io.pinfold.server.admin;

import com.sun.management.UnixOperatingSystemMXBean;
import io.pinfold.server.consensus.Role;
import io.pinfold.server.engine.Inspection;
import io.pinfold.server.engine.Status;
import io.pinfold.server.engine.Traffic;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The numbers of a member under the names that dashboards for Apache ZooKeeper know. Stateless. */
final class Measures {
    private Measures() {}

    /** {@return the answer to the word mntr: one name and value a line} */
    static String mntr(MemberFacts facts, Inspection seen, long nowNanos) {
        StringBuilder text = new StringBuilder();
        Status status = seen.status();
        text.append("zk_version\t").append(facts.version()).append('\n');
        text.append("zk_server_state\t")
                .append(FourLetterWords.mode(facts, status, seen))
                .append('\n');
        if (facts.ensemble()) {
            String part = status.role() == Role.LEADER ? "leading" : "following";
            text.append("zk_peer_state\t").append(part).append(" - broadcast\n");
        }
        of(facts, seen, nowNanos)
                .forEach((name, value) -> text.append("zk_")
                        .append(name)
                        .append('\t')
                        .append(value)
                        .append('\n'));
        return text.toString();
    }

    /** {@return the numbers by name, without a prefix} */
    static Map<String, String> of(MemberFacts facts, Inspection seen, long nowNanos) {
        Map<String, String> measures = new LinkedHashMap<>();
        Traffic traffic = seen.traffic();
        measures.put("avg_latency", String.format(Locale.ROOT, "%.4f", traffic.averageMillis()));
        put(measures, "min_latency", traffic.minMillis());
        put(measures, "max_latency", traffic.maxMillis());
        put(measures, "packets_received", traffic.received());
        put(measures, "packets_sent", traffic.sent());
        put(measures, "num_alive_connections", seen.connections().size());
        put(measures, "outstanding_requests", seen.outstanding());
        put(measures, "uptime", (nowNanos - facts.startNanos()) / 1_000_000);
        put(measures, "znode_count", seen.znodes());
        put(measures, "watch_count", seen.watches());
        put(measures, "ephemerals_count", ephemerals(seen));
        put(measures, "approximate_data_size", seen.approximateDataSize());
        put(measures, "global_sessions", seen.sessions().size());
        put(measures, "local_sessions", 0);
        files(measures);
        if (facts.ensemble()) {
            put(measures, "quorum_size", seen.membership().voters().size());
            if (seen.status().role() == Role.LEADER) {
                put(measures, "learners", seen.linkedPeers());
                put(measures, "synced_followers", seen.linkedPeers());
            }
        }
        return measures;
    }

    private static long ephemerals(Inspection seen) {
        long[] count = new long[1];
        seen.sessions().forEach((id, timeout) -> count[0] += seen.sessions().ephemeralCount(id));
        return count[0];
    }

    private static void files(Map<String, String> measures) {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        if (system instanceof UnixOperatingSystemMXBean unix) {
            put(measures, "open_file_descriptor_count", unix.getOpenFileDescriptorCount());
            put(measures, "max_file_descriptor_count", unix.getMaxFileDescriptorCount());
        }
    }

    private static void put(Map<String, String> measures, String name, long value) {
        measures.put(name, Long.toString(value));
    }
}
