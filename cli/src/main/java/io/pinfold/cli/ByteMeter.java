package io.pinfold.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongConsumer;

/** Says on a terminal how much of a known number of bytes is done, how fast, and how long it will take. Confined to one thread. */
final class ByteMeter implements LongConsumer {
    private static final double MIB = 1 << 20;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long SHOW_NANOS = 250_000_000;
    private static final int BAR = 24;

    private final PrintWriter out;
    private final boolean terminal;
    private final long total;
    private final long begin = System.nanoTime();
    private long shown = begin;
    private long done;

    ByteMeter(PrintWriter out, long total, boolean terminal) {
        this.out = out;
        this.total = Math.max(total, 1);
        this.terminal = terminal;
    }

    @Override
    public void accept(long bytes) {
        done += bytes;
        long now = System.nanoTime();
        if (terminal && now - shown > SHOW_NANOS) {
            shown = now;
            out.print("\r" + line(done, total, (now - begin) / NANOS_PER_SECOND) + " ");
            out.flush();
        }
    }

    /** {@return how far it is; what was estimated too low is never more than all} */
    static String line(long done, long total, double seconds) {
        double part = Math.min(1, (double) done / total);
        int full = (int) (part * BAR);
        double rate = done / Math.max(seconds, 1e-9);
        double left = part == 1 ? 0 : (total - done) / Math.max(rate, 1);
        return String.format(
                Locale.ROOT,
                "[%s%s] %3.0f %%  %.1f MiB, %.1f MiB/s, %.0f s left",
                "#".repeat(full),
                ".".repeat(BAR - full),
                part * 100,
                done / MIB,
                rate / MIB,
                left);
    }

    /** Leaves the line. {@return how long it took, in seconds} */
    double end() {
        if (terminal) {
            out.print("\r" + " ".repeat(80) + "\r");
            out.flush();
        }
        return (System.nanoTime() - begin) / NANOS_PER_SECOND;
    }
}
