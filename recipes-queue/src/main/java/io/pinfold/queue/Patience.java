package io.pinfold.queue;

import java.time.Duration;

/**
 * How long to wait before the next attempt: not at all after the first failure, then twice as long with each one more.
 * Confined to its owner.
 */
final class Patience {
    private final Duration shortest;
    private final Duration longest;
    private Duration next = Duration.ZERO;

    Patience(Duration shortest, Duration longest) {
        this.shortest = shortest;
        this.longest = longest;
    }

    /** {@return the patience of whoever waits for a server} */
    static Patience withServers() {
        return new Patience(Duration.ofMillis(25), Duration.ofMillis(1600));
    }

    Duration next() {
        Duration now = next;
        Duration longer = now.isZero() ? shortest : now.multipliedBy(2);
        next = longer.compareTo(longest) < 0 ? longer : longest;
        return now;
    }

    void reset() {
        next = Duration.ZERO;
    }
}
