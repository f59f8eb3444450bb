package io.pinfold.samples;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How long operations took. Confined to the thread of the tour. */
final class Latencies {
    private static final int COLUMN = 26;

    private final Map<String, long[]> nanos = new LinkedHashMap<>();

    /** Runs an operation many times, one after the other, and keeps how long each took. */
    void measure(String operation, int times, Operation work) throws InterruptedException {
        long[] took = new long[times];
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            work.run();
            took[i] = System.nanoTime() - begin;
        }
        Arrays.sort(took);
        nanos.put(operation, took);
    }

    /** What is measured. */
    @FunctionalInterface
    interface Operation {
        void run() throws InterruptedException;
    }

    /** Prints one line for each operation, in the order of measurement. */
    void print(Narrator say) {
        say.heading(
                String.format(Locale.ROOT, "  %-" + COLUMN + "s %7s %10s %10s", "operation", "count", "p50", "p99"));
        nanos.forEach((operation, sorted) -> say.line(String.format(
                Locale.ROOT,
                "  %-" + COLUMN + "s %7d %7.3f ms %7.3f ms",
                operation,
                sorted.length,
                percentile(sorted, 0.50),
                percentile(sorted, 0.99))));
    }

    private static double percentile(long[] sorted, double share) {
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return sorted[Math.max(0, index)] / 1e6;
    }
}
