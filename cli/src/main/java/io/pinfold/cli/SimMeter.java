package io.pinfold.cli;

import io.pinfold.testing.sim.Campaign;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Says how far seeds have run, in one line, and when it is enough. Thread-safe: one thread at a time is let to print. */
final class SimMeter implements Campaign.Limit {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long ON_A_TERMINAL = NANOS_PER_SECOND / 4;
    private static final long ELSEWHERE = 60 * NANOS_PER_SECOND;

    private final PrintWriter out;
    private final long first;
    private final @Nullable Long count;
    private final long limitNanos;
    private final boolean terminal = Boolean.getBoolean("pinfold.terminal");
    private final long begin = System.nanoTime();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong shownNanos = new AtomicLong(begin);

    SimMeter(PrintWriter out, long first, @Nullable Long count, long limitNanos) {
        this.out = out;
        this.first = first;
        this.count = count;
        this.limitNanos = limitNanos;
    }

    @Override
    public boolean allows(long number) {
        long now = System.nanoTime();
        boolean allowed = count == null || number - first < count;
        if (!allowed || now - begin > limitNanos || number < first || number - first > Long.MAX_VALUE / 4) {
            return false;
        }
        begun.incrementAndGet();
        long shown = shownNanos.get();
        if (now - shown > (terminal ? ON_A_TERMINAL : ELSEWHERE) && shownNanos.compareAndSet(shown, now)) {
            show(now - begin);
        }
        return true;
    }

    private void show(long elapsed) {
        double seconds = (double) elapsed / NANOS_PER_SECOND;
        double rate = begun.get() / seconds;
        double left = count == null ? Double.MAX_VALUE : Math.max(0, count - begun.get()) / Math.max(rate, 0.001);
        left = Math.min(left, (double) (limitNanos - elapsed) / NANOS_PER_SECOND);
        String line = String.format(Locale.ROOT, "%,d seeds, %.1f a second, %.0f s left", begun.get(), rate, left);
        if (terminal) {
            out.print("\r" + line + "   ");
            out.flush();
        } else {
            out.println(line);
        }
    }

    /** Leaves the line. */
    void end() {
        if (terminal) {
            out.print("\r" + " ".repeat(60) + "\r");
            out.flush();
        }
    }
}
