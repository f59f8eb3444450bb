package io.pinfold.client.session;

/**
 * Whether the session can still be alive, by this process's clock; T is the agreed timeout.
 *
 * <p>A ping goes out every T/6, whatever else is sent. Only answered pings and handshakes prove that the session lives:
 * a member of an ensemble answers them after its leader took notice, whereas it answers reads by itself, and would go on
 * doing so for a while after it lost the leader. The proof counts from the sending, because that is the latest moment
 * that is surely not later than the leader's notice.
 *
 * <p>A connection without any byte for T/3 is given up, which leaves time to reach another server. After 4/3 T without
 * a byte the session counts as over: the server heard from us at most T/3 after we last heard from it. Confined to the
 * client's loop.
 */
final class Heartbeat {
    static final long NEVER = Long.MAX_VALUE;

    /** More pings than can be under way: one every T/6, and the connection goes after T/3. */
    private final long[] sentPings = new long[8];

    private int firstPing;
    private int pings;
    private long timeoutNanos;
    private long lastHeardNanos;
    private long lastPingNanos;
    private boolean known;
    private boolean attached;

    /** A server accepted the handshake that was sent at a time. */
    void attached(long nowNanos, long sentNanos, long newTimeoutNanos) {
        known = true;
        attached = true;
        timeoutNanos = newTimeoutNanos;
        lastHeardNanos = nowNanos;
        lastPingNanos = sentNanos;
        pings = 0;
    }

    void detached() {
        attached = false;
        pings = 0;
    }

    /** There is no session to judge any more. */
    void forget() {
        known = false;
        detached();
    }

    void heard(long nowNanos) {
        lastHeardNanos = nowNanos;
    }

    long lastHeardNanos() {
        return lastHeardNanos;
    }

    void pinged(long nowNanos) {
        lastPingNanos = nowNanos;
        sentPings[(firstPing + pings) % sentPings.length] = nowNanos;
        pings++;
    }

    boolean hasPingUnderWay() {
        return pings > 0;
    }

    /** {@return when the ping was sent that is answered now} */
    long pingAnswered() {
        long sent = sentPings[firstPing];
        firstPing = (firstPing + 1) % sentPings.length;
        pings--;
        return sent;
    }

    boolean isPingDue(long nowNanos) {
        return attached && pings < sentPings.length && nowNanos - (lastPingNanos + timeoutNanos / 6) >= 0;
    }

    boolean isSilent(long nowNanos) {
        return attached && nowNanos - silentAtNanos() >= 0;
    }

    /** {@return when the connection is given up unless something arrives before} */
    long silentAtNanos() {
        return lastHeardNanos + timeoutNanos / 3;
    }

    boolean isOver(long nowNanos) {
        return known && nowNanos - overAtNanos() >= 0;
    }

    private long overAtNanos() {
        return lastHeardNanos + timeoutNanos + timeoutNanos / 3;
    }

    /** {@return the earlier of two times, each of which may be {@link #NEVER}} */
    static long earlier(long a, long b) {
        if (a == NEVER || b == NEVER) {
            return Math.min(a, b);
        }
        return a - b < 0 ? a : b;
    }

    /** {@return when to look again, or {@link #NEVER}} */
    long nextDueNanos() {
        if (!known) {
            return NEVER;
        }
        if (!attached) {
            return overAtNanos();
        }
        long silent = silentAtNanos();
        long ping = lastPingNanos + timeoutNanos / 6;
        return pings < sentPings.length && ping - silent < 0 ? ping : silent;
    }
}
