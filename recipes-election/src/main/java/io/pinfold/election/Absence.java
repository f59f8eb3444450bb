package io.pinfold.election;

import java.time.Duration;

/**
 * For how long there was no leader. Immutable.
 *
 * @param endedNanos how long all absences lasted that are over
 * @param isNow whether there is none now
 * @param sinceNanos since when
 */
record Absence(long endedNanos, boolean isNow, long sinceNanos) {
    static final Absence NONE = new Absence(0, false, 0);

    Absence seen(boolean leader, long nowNanos) {
        if (leader == !isNow) {
            return this;
        }
        return leader ? new Absence(total(nowNanos).toNanos(), false, 0) : new Absence(endedNanos, true, nowNanos);
    }

    Duration total(long nowNanos) {
        return Duration.ofNanos(endedNanos + (isNow ? nowNanos - sinceNanos : 0));
    }
}
