package io.pinfold.server.admin;

import io.pinfold.server.engine.Latencies;
import io.pinfold.server.engine.Status;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a member measures in the text format 0.0.4 of Prometheus: everything under Apache ZooKeeper's names, as its own
 * exporter has them, and under names of Pinfold's what ZooKeeper does not know. Stateless.
 */
final class PrometheusText {
    /** Upper bounds of the buckets, in microseconds. */
    private static final long[] BUCKETS = {
        50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000
    };

    private static final double MICROS_PER_SECOND = 1_000_000;
    /** Those of ZooKeeper's exporter, 0.5, 0.9 and 0.99, and those of its words. */
    private static final List<String> QUANTILES = List.of("0.5", "0.9", "0.95", "0.99", "0.999");

    private PrometheusText() {}

    static String of(Asked asked) {
        StringBuilder text = new StringBuilder(32 * 1024);
        for (Measure measure : Measures.all(asked.facts(), asked.seen(), asked.nowNanos())) {
            switch (measure.kind()) {
                case GAUGE -> value(text, measure.name(), "gauge", measure.value());
                case COUNTER -> value(text, measure.name(), "counter", measure.value());
                default -> summary(text, measure);
            }
        }
        Status status = asked.seen().status();
        value(text, "pinfold_serving", "gauge", status.serving() ? "1" : "0");
        value(text, "pinfold_voting", "gauge", status.voting() ? "1" : "0");
        value(text, "pinfold_epoch", "gauge", Long.toString(status.epoch()));
        value(text, "pinfold_applied_zxid", "gauge", Long.toString(status.appliedZxid()));
        value(
                text,
                "pinfold_data_bytes",
                "gauge",
                Long.toString(asked.directory().bytes()));
        phases(text, asked.seen().latencies());
        return text.toString();
    }

    private static void value(StringBuilder text, String name, String type, String value) {
        type(text, name, type);
        text.append(name).append(' ').append(value).append('\n');
    }

    private static void type(StringBuilder text, String name, String type) {
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void summary(StringBuilder text, Measure measure) {
        Histogram times = measure.times();
        long count = times == null ? 0 : times.getTotalCount();
        type(text, measure.name(), "summary");
        boolean all = measure.kind() == Measure.Kind.PERCENTILES;
        for (String quantile : all ? QUANTILES : QUANTILES.subList(0, 1)) {
            double at = times == null || count == 0
                    ? 0
                    : times.getValueAtPercentile(Double.parseDouble(quantile) * 100) / Measures.MICROS_PER_MILLI;
            text.append(measure.name())
                    .append("{quantile=\"")
                    .append(quantile)
                    .append("\"} ")
                    .append(at)
                    .append('\n');
        }
        double sum = times == null || count == 0 ? 0 : times.getMean() * count / Measures.MICROS_PER_MILLI;
        text.append(measure.name()).append("_count ").append(count).append('\n');
        text.append(measure.name()).append("_sum ").append(sum).append('\n');
    }

    private static void phases(StringBuilder text, Latencies latencies) {
        String name = "pinfold_phase_seconds";
        text.append("# HELP ").append(name).append(" how long the phases of requests take\n");
        type(text, name, "histogram");
        Map<String, Histogram> phases = Map.of(
                "apply", latencies.applies(),
                "force", latencies.forces(),
                "queue", latencies.queues(),
                "quorum", latencies.quorums(),
                "read", latencies.reads(),
                "turn", latencies.turns(),
                "update", latencies.updates());
        phases.keySet().stream().sorted().forEach(phase -> histogram(text, name, phase, phases.get(phase)));
    }

    private static void histogram(StringBuilder text, String name, String phase, Histogram times) {
        String labels = "{phase=\"" + phase + "\"";
        for (long bound : BUCKETS) {
            long below = times.getCountBetweenValues(0, bound);
            text.append(name).append("_bucket").append(labels).append(",le=\"");
            text.append(bound / MICROS_PER_SECOND).append("\"} ").append(below).append('\n');
        }
        long count = times.getTotalCount();
        text.append(name).append("_bucket").append(labels).append(",le=\"+Inf\"} ");
        text.append(count).append('\n');
        double sum = count == 0 ? 0 : times.getMean() * count / MICROS_PER_SECOND;
        text.append(name).append("_sum").append(labels).append("} ").append(sum).append('\n');
        text.append(name)
                .append("_count")
                .append(labels)
                .append("} ")
                .append(count)
                .append('\n');
    }
}
