package io.pinfold.client.session;

/**
 * For how long the client stays with a server that answers reads only before it looks whether another one has a quorum: a
 * third of the session timeout at first, twice as long each time that it finds itself on such a server again. Confined to the
 * client's loop.
 */
final class ReadOnlyStay {
    private static final long LONGEST_NANOS = 60_000_000_000L;

    private boolean lasts;
    private int stays;
    private long endsNanos;

    void begin(long nowNanos, long timeoutNanos) {
        lasts = true;
        endsNanos = nowNanos + Math.min(LONGEST_NANOS, timeoutNanos / 3 << Math.min(stays, 10));
        stays++;
    }

    /** The connection is gone. */
    void end() {
        lasts = false;
    }

    /** There is a server that does everything. */
    void forget() {
        lasts = false;
        stays = 0;
    }

    boolean lasts() {
        return lasts;
    }

    boolean isOver(long nowNanos) {
        return lasts && nowNanos - endsNanos >= 0;
    }

    /** {@return when to look again, or {@link Heartbeat#NEVER}} */
    long nextDueNanos() {
        return lasts ? endsNanos : Heartbeat.NEVER;
    }
}
