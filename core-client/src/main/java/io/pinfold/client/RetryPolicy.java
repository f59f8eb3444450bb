package io.pinfold.client;

import io.pinfold.ErrorCode;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides whether and when a call that can be tried again is tried again. A pure function: it does not sleep, does not
 * look at a clock and makes no random numbers; all of that comes in with the {@link Attempt}. The deadline of the call
 * is above every policy.
 */
@FunctionalInterface
public interface RetryPolicy {
    /** Never tries again. */
    RetryPolicy NEVER = attempt -> Optional.empty();

    /**
     * Decides about one failed attempt.
     *
     * @param attempt what happened so far
     * @return how long to wait before the next attempt, or empty to give up
     */
    Optional<Duration> delay(Attempt attempt);

    /**
     * {@return a policy that doubles its delay with each attempt, each time by chance between half of it and all of it,
     * and never gives up before the call's deadline}
     *
     * @param base delay after the first failure
     * @param max longest delay
     */
    static RetryPolicy exponential(Duration base, Duration max) {
        if (base.isNegative() || base.isZero() || max.compareTo(base) < 0) {
            throw new IllegalArgumentException("Wanted 0 < base <= max, got base " + base + " and max " + max);
        }
        long baseNanos = base.toNanos();
        long maxNanos = max.toNanos();
        return attempt -> {
            int doublings = Math.min(attempt.number() - 1, 40);
            long grown = baseNanos > maxNanos >> doublings ? maxNanos : baseNanos << doublings;
            return Optional.of(Duration.ofNanos((long) (grown * (0.5 + attempt.random() / 2))));
        };
    }

    /**
     * {@return this policy, giving up after some attempts}
     *
     * @param attempts how many failures in all are too many, at least 1
     */
    default RetryPolicy atMost(int attempts) {
        return attempt -> attempt.number() >= attempts ? Optional.empty() : delay(attempt);
    }

    /**
     * {@return this policy, giving up after some time}
     *
     * @param limit time since the first attempt
     */
    default RetryPolicy within(Duration limit) {
        return attempt -> attempt.elapsed().compareTo(limit) >= 0 ? Optional.empty() : delay(attempt);
    }

    /**
     * A failed attempt. Immutable.
     *
     * @param number which one, from 1
     * @param elapsed time since the call was made
     * @param error why it failed
     * @param random a random number, at least 0 and below 1
     */
    record Attempt(int number, Duration elapsed, ErrorCode error, double random) {}
}
