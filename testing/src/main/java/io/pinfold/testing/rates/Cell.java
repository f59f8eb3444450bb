package io.pinfold.testing.rates;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What the rounds of one library on one server brought. Used by one thread. */
final class Cell {
    private long[] nanos = {};
    private long operations;
    private long clientNanos;
    private long serverNanos;
    private @Nullable String failure;

    void add(Round round, long clientCpu, long serverCpu) {
        nanos = LongStream.concat(Arrays.stream(nanos), Arrays.stream(round.nanos()))
                .sorted()
                .toArray();
        operations += round.operations();
        clientNanos += clientCpu;
        serverNanos += serverCpu;
    }

    void failed(String why) {
        failure = why;
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** {@return the median, in nanoseconds; 0 if nothing was measured} */
    long median() {
        return nanos.length == 0 ? 0 : nanos[(nanos.length - 1) / 2];
    }

    @Override
    public String toString() {
        if (nanos.length == 0) {
            return failure == null ? "-" : failure;
        }
        long p99 = nanos[Math.min(nanos.length - 1, nanos.length * 99 / 100)];
        String spent = micros(clientNanos) + " + " + micros(serverNanos);
        return time(median()) + " / " + time(p99) + " (" + spent + ')' + (failure == null ? "" : ", " + failure);
    }

    private String micros(long all) {
        return Long.toString(all / 1000 / operations);
    }

    static String time(long nanos) {
        if (nanos < 10_000_000) {
            return nanos / 1000 + " us";
        }
        return nanos < 10_000_000_000L ? nanos / 1_000_000 + " ms" : String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
