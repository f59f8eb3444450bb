package io.pinfold.server.admin;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is measured, under Apache ZooKeeper's name for it. Immutable.
 *
 * @param name without a prefix
 * @param kind how it is shown
 * @param value of a gauge or a counter, as text
 * @param times of a summary, in microseconds; null for one of which there is nothing to measure
 */
record Measure(
        String name, Kind kind, String value, @Nullable Histogram times) {
    /** How a measure is shown. */
    enum Kind {
        /** What is now. */
        GAUGE,
        /** How often since the start. */
        COUNTER,
        /** Average, least, most, count and sum. */
        SUMMARY,
        /** The same, and percentiles. */
        PERCENTILES
    }

    static Measure gauge(String name, long value) {
        return new Measure(name, Kind.GAUGE, Long.toString(value), null);
    }

    static Measure counter(String name, long value) {
        return new Measure(name, Kind.COUNTER, Long.toString(value), null);
    }

    boolean isSummary() {
        return kind == Kind.SUMMARY || kind == Kind.PERCENTILES;
    }
}
