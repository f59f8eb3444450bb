package io.pinfold.queue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What this process knows of the time on the ensemble's leader: a time stamp of the leader's, and between which two
 * moments of the own monotonic clock it was made. Confined to the queue's progress.
 */
final class ServerClock {
    /** Two clocks drift apart by some milliseconds in that time. */
    private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();

    private boolean known;
    private long sentNanos;
    private long receivedNanos;
    private long leaderMillis;

    /** The leader made this time stamp between the two moments. */
    void learn(long sent, long received, long millis) {
        known = true;
        sentNanos = sent;
        receivedNanos = received;
        leaderMillis = millis;
    }

    boolean isFresh(long nowNanos) {
        return known && nowNanos - receivedNanos < FRESH_NANOS;
    }

    /** {@return a time that the leader's clock has reached} */
    long atLeast(long nowNanos) {
        return leaderMillis + TimeUnit.NANOSECONDS.toMillis(nowNanos - receivedNanos);
    }

    /** {@return a time that the leader's clock has not passed} */
    long atMost(long nowNanos) {
        return leaderMillis + 1 + TimeUnit.NANOSECONDS.toMillis(nowNanos - sentNanos);
    }
}
