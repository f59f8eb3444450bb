package io.pinfold.locks;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Cuts time into slots of equal length, and says which of them is due. Immutable.
 *
 * @param period the length of a slot, at least a millisecond
 * @param offset when slot 0 begins, after 1970-01-01T00:00Z
 * @param catchUp how many slots before the current one are made up for if they were missed
 */
record JobSchedule(Duration period, Duration offset, int catchUp) {
    JobSchedule {
        if (period.toMillis() < 1) {
            throw new IllegalArgumentException("A period of " + period + "; it takes at least a millisecond");
        }
        if (catchUp < 0) {
            throw new IllegalArgumentException("Missed slots to make up for: " + catchUp + "; it takes 0 or more");
        }
    }

    long slotAt(Instant time) {
        return Math.floorDiv(time.toEpochMilli() - offset.toMillis(), period.toMillis());
    }

    Instant beginOf(long slot) {
        return Instant.ofEpochMilli(Math.addExact(Math.multiplyExact(slot, period.toMillis()), offset.toMillis()));
    }

    /**
     * {@return the earliest slot that is due, or empty}
     *
     * @param last the last slot that is done with, if there is one
     * @param now the time
     */
    OptionalLong due(OptionalLong last, Instant now) {
        long current = slotAt(now);
        if (last.isEmpty()) {
            return OptionalLong.of(current);
        }
        long next = Math.max(last.getAsLong() + 1, current - catchUp);
        return next <= current ? OptionalLong.of(next) : OptionalLong.empty();
    }
}
