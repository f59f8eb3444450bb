package io.pinfold.client;

import io.pinfold.client.net.ClientHost;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One session of a client. Thread-safe: written by the loop only, through volatile fields; read by anybody. */
final class LiveSession implements Session {
    private static final long SMALLEST_DEFAULT_MARGIN_NANOS = 1_000_000_000;

    private final ClientHost clock;
    private final long id;
    private final @Nullable Duration margin;
    private volatile SessionState state = SessionState.SUSPENDED;
    private volatile long timeoutNanos;
    private volatile long provenNanos;
    private volatile long heardNanos;

    LiveSession(ClientHost clock, long id, long timeoutNanos, @Nullable Duration margin) {
        this.clock = clock;
        this.id = id;
        this.timeoutNanos = timeoutNanos;
        this.margin = margin;
    }

    void attached(long nowNanos, long newTimeoutNanos) {
        timeoutNanos = newTimeoutNanos;
        heardNanos = nowNanos;
        become(SessionState.CONNECTED);
    }

    void proven(long sentNanos) {
        provenNanos = sentNanos;
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /** Ignored when the session is over. */
    void become(SessionState newState) {
        if (!isOver()) {
            state = newState;
        }
    }

    boolean isOver() {
        return state == SessionState.EXPIRED || state == SessionState.CLOSED;
    }

    /** {@return the state without regard to the time} */
    SessionState known() {
        return state;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Duration timeout() {
        return Duration.ofNanos(timeoutNanos);
    }

    @Override
    public SessionState state() {
        SessionState known = state;
        boolean silent = known == SessionState.CONNECTED && clock.nanoTime() - heardNanos >= timeoutNanos / 3;
        return silent ? SessionState.SUSPENDED : known;
    }

    @Override
    public Duration remaining() {
        if (id == 0 || isOver()) {
            return Duration.ZERO;
        }
        long timeout = timeoutNanos;
        long left = provenNanos + timeout - marginNanos(margin, timeout) - clock.nanoTime();
        return left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
    }

    static long marginNanos(@Nullable Duration wished, long timeoutNanos) {
        return wished != null
                ? Math.min(wished.toNanos(), timeoutNanos)
                : Math.min(Math.max(timeoutNanos / 3, SMALLEST_DEFAULT_MARGIN_NANOS), timeoutNanos / 2);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "0x%x", id);
    }
}
