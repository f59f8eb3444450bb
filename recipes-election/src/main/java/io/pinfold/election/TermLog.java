package io.pinfold.election;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Counts a candidate's terms. Thread-safe: one immutable value that is replaced. */
final class TermLog {
    private final AtomicReference<TermStats> stats =
            new AtomicReference<>(new TermStats(0, Duration.ZERO, Map.of(), Optional.empty()));

    TermStats stats() {
        return stats.get();
    }

    void begun() {
        stats.updateAndGet(was -> new TermStats(was.terms() + 1, was.led(), was.ends(), was.last()));
    }

    void ended(TermEnd end) {
        stats.updateAndGet(was -> {
            Map<TermEnd.Reason, Long> ends = new EnumMap<>(TermEnd.Reason.class);
            ends.putAll(was.ends());
            ends.merge(end.reason(), 1L, Long::sum);
            return new TermStats(was.terms(), was.led().plus(end.lasted()), ends, Optional.of(end));
        });
    }
}
