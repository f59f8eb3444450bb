package io.pinfold.server.admin;

import com.sun.management.UnixOperatingSystemMXBean;
import io.pinfold.server.admin.Measure.Kind;
import io.pinfold.server.consensus.Role;
import io.pinfold.server.engine.Inspection;
import io.pinfold.server.engine.Latencies;
import io.pinfold.server.engine.Sizes;
import io.pinfold.server.engine.Status;
import io.pinfold.server.engine.Traffic;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What a member measures, under the names that dashboards for Apache ZooKeeper know. Stateless. */
final class Measures {
    static final double MICROS_PER_MILLI = 1000;

    private Measures() {}

    /** {@return names without a prefix, and values, of which summaries have several} */
    static Map<String, String> flat(MemberFacts facts, Inspection seen, long nowNanos) {
        Map<String, String> flat = new LinkedHashMap<>();
        Status status = seen.status();
        flat.put("version", facts.version());
        flat.put("server_state", FourLetterWords.mode(facts, status, seen));
        if (facts.ensemble()) {
            flat.put("peer_state", (status.role() == Role.LEADER ? "leading" : "following") + " - broadcast");
        }
        for (Measure measure : all(facts, seen, nowNanos)) {
            if (measure.isSummary()) {
                summarize(measure, flat);
            } else {
                flat.put(measure.name(), measure.value());
            }
        }
        return flat;
    }

    /** Times are shown in milliseconds. */
    private static void summarize(Measure measure, Map<String, String> flat) {
        Histogram times = measure.times();
        long count = times == null ? 0 : times.getTotalCount();
        double mean = times == null || count == 0 ? 0 : times.getMean() / MICROS_PER_MILLI;
        flat.put("avg_" + measure.name(), decimal(mean));
        flat.put("min_" + measure.name(), millis(times == null || count == 0 ? 0 : times.getMinValue()));
        flat.put("max_" + measure.name(), millis(times == null ? 0 : times.getMaxValue()));
        flat.put("cnt_" + measure.name(), Long.toString(count));
        flat.put("sum_" + measure.name(), Long.toString(Math.round(mean * count)));
        if (measure.kind() == Kind.PERCENTILES) {
            flat.put("p50_" + measure.name(), millis(percentile(times, 50)));
            flat.put("p95_" + measure.name(), millis(percentile(times, 95)));
            flat.put("p99_" + measure.name(), millis(percentile(times, 99)));
            flat.put("p999_" + measure.name(), millis(percentile(times, 99.9)));
        }
    }

    private static long percentile(@Nullable Histogram times, double percentile) {
        return times == null || times.getTotalCount() == 0 ? 0 : times.getValueAtPercentile(percentile);
    }

    private static String millis(long micros) {
        return Long.toString(Math.round(micros / MICROS_PER_MILLI));
    }

    static String decimal(double value) {
        return value == 0 ? "0.0" : String.format(Locale.ROOT, "%.4f", value);
    }

    /** {@return everything that is measured} */
    static List<Measure> all(MemberFacts facts, Inspection seen, long nowNanos) {
        List<Measure> all = new ArrayList<>();
        Traffic traffic = seen.traffic();
        all.add(new Measure("avg_latency", Kind.GAUGE, decimal(traffic.averageMillis()), null));
        all.add(Measure.gauge("min_latency", traffic.minMillis()));
        all.add(Measure.gauge("max_latency", traffic.maxMillis()));
        all.add(Measure.gauge("packets_received", traffic.received()));
        all.add(Measure.gauge("packets_sent", traffic.sent()));
        all.add(Measure.gauge("num_alive_connections", seen.connections().size()));
        all.add(Measure.gauge("outstanding_requests", seen.outstanding()));
        all.add(Measure.gauge("uptime", (nowNanos - facts.startNanos()) / 1_000_000));
        all.add(Measure.gauge("znode_count", seen.znodes()));
        all.add(Measure.gauge("watch_count", seen.watches()));
        all.add(Measure.gauge("ephemerals_count", ephemerals(seen)));
        all.add(Measure.gauge("approximate_data_size", seen.approximateDataSize()));
        all.add(Measure.gauge("global_sessions", seen.sessions().size()));
        all.add(Measure.gauge("local_sessions", 0));
        all.add(Measure.gauge("auth_failed_count", seen.refusedCredentials()));
        all.add(Measure.counter("bytes_received_count", traffic.receivedBytes()));
        all.add(Measure.counter("response_bytes", traffic.sentBytes()));
        sizes("client_response_size", traffic.sizes(), all);
        all.add(Measure.counter("connection_request_count", seen.connectionsEver()));
        Latencies latencies = seen.latencies();
        all.add(Measure.counter("commit_count", latencies.committed()));
        all.add(Measure.counter("proposal_count", latencies.proposed()));
        all.add(new Measure("readlatency", Kind.PERCENTILES, "", latencies.reads()));
        all.add(new Measure("updatelatency", Kind.PERCENTILES, "", latencies.updates()));
        all.add(new Measure("quorum_ack_latency", Kind.PERCENTILES, "", latencies.quorums()));
        all.add(new Measure("fsynctime", Kind.SUMMARY, "", latencies.forces()));
        all.add(new Measure("sync_process_time", Kind.SUMMARY, "", latencies.forces()));
        files(all);
        if (facts.ensemble()) {
            ensemble(seen, nowNanos, all);
        }
        ForeignMeasures.GAUGES.forEach(name -> all.add(Measure.gauge(name, 0)));
        ForeignMeasures.COUNTERS.forEach(name -> all.add(Measure.counter(name, 0)));
        ForeignMeasures.SUMMARIES.forEach(name -> all.add(new Measure(name, Kind.SUMMARY, "", null)));
        ForeignMeasures.PERCENTILES.forEach(name -> all.add(new Measure(name, Kind.PERCENTILES, "", null)));
        return all;
    }

    private static void sizes(String name, Sizes sizes, List<Measure> all) {
        all.add(Measure.gauge("last_" + name, sizes.last()));
        all.add(Measure.gauge("min_" + name, sizes.least()));
        all.add(Measure.gauge("max_" + name, sizes.most()));
    }

    private static void ensemble(Inspection seen, long nowNanos, List<Measure> all) {
        all.add(Measure.gauge("quorum_size", seen.membership().voters().size()));
        if (seen.status().role() == Role.LEADER) {
            all.add(Measure.gauge("learners", seen.linkedPeers()));
            all.add(Measure.gauge("synced_followers", seen.synced(true)));
            all.add(Measure.gauge("synced_non_voting_followers", 0));
            all.add(Measure.gauge("synced_observers", seen.synced(false)));
            all.add(Measure.gauge("pending_syncs", 0));
            all.add(Measure.gauge("leader_uptime", seen.latencies().leadingNanos(nowNanos) / 1_000_000));
            sizes("proposal_size", seen.latencies().proposals(), all);
        }
    }

    private static long ephemerals(Inspection seen) {
        long[] count = new long[1];
        seen.sessions().forEach((id, timeout) -> count[0] += seen.sessions().ephemeralCount(id));
        return count[0];
    }

    private static void files(List<Measure> all) {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        if (system instanceof UnixOperatingSystemMXBean unix) {
            all.add(Measure.gauge("open_file_descriptor_count", unix.getOpenFileDescriptorCount()));
            all.add(Measure.gauge("max_file_descriptor_count", unix.getMaxFileDescriptorCount()));
        }
    }
}
