package io.pinfold.client;

import io.pinfold.client.net.ClientHost;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One session of a client. Thread-safe: written by the loop only, through volatile fields; read by anybody. */
final class LiveSession implements Session {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long SMALLEST_DEFAULT_MARGIN_NANOS = 1000 * NANOS_PER_MILLI;
    /** By so little the two clocks differ without any reason to worry, whatever margin was chosen. */
    private static final long SMALLEST_JUMP_NANOS = 100 * NANOS_PER_MILLI;

    /**
     * When something was sent that showed, by its answer, that the session was alive.
     *
     * @param nanos by the monotonic clock
     * @param wallMillis by the wall clock
     */
    record Proof(long nanos, long wallMillis) {}

    /** A state, and since when by the monotonic clock. */
    private record Standing(SessionState state, long sinceNanos) {}

    private final ClientHost clock;
    private final long id;
    private final @Nullable Duration margin;
    private volatile Standing standing;
    private volatile long timeoutNanos;
    private volatile @Nullable Proof proof;
    private volatile long heardNanos;

    LiveSession(ClientHost clock, long id, long timeoutNanos, @Nullable Duration margin) {
        this.clock = clock;
        this.id = id;
        this.timeoutNanos = timeoutNanos;
        this.margin = margin;
        this.standing = new Standing(SessionState.SUSPENDED, clock.nanoTime());
    }

    /** A server has it; the state is {@code CONNECTED} or {@code READ_ONLY}. */
    void attached(long nowNanos, long newTimeoutNanos, SessionState state) {
        timeoutNanos = newTimeoutNanos;
        heardNanos = nowNanos;
        become(state);
    }

    void proven(Proof newProof) {
        proof = newProof;
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /** Ignored when the session is over. */
    void become(SessionState newState) {
        if (!isOver() && newState != known()) {
            standing = new Standing(newState, clock.nanoTime());
        }
    }

    boolean isOver() {
        SessionState state = known();
        return state == SessionState.EXPIRED || state == SessionState.CLOSED;
    }

    /** {@return the state without regard to the time} */
    SessionState known() {
        return standing.state;
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
        return standingAt(clock.nanoTime()).state;
    }

    @Override
    public Duration stateAge() {
        long now = clock.nanoTime();
        return Duration.ofNanos(Math.max(0, now - standingAt(now).sinceNanos));
    }

    private Standing standingAt(long nowNanos) {
        Standing known = standing;
        boolean attached = known.state == SessionState.CONNECTED || known.state == SessionState.READ_ONLY;
        long silentAt = heardNanos + timeoutNanos / 3;
        return attached && nowNanos - silentAt >= 0 ? new Standing(SessionState.SUSPENDED, silentAt) : known;
    }

    @Override
    public Duration remaining() {
        Proof last = proof;
        if (last == null || isOver()) {
            return Duration.ZERO;
        }
        long timeout = timeoutNanos;
        long kept = marginNanos(margin, timeout);
        // In this order: a pause between the two must not look like a jump.
        long wallElapsed = (clock.wallMillis() - last.wallMillis) * NANOS_PER_MILLI;
        long elapsed = clock.nanoTime() - last.nanos;
        if (wallElapsed - elapsed > Math.max(kept, SMALLEST_JUMP_NANOS)) {
            return Duration.ZERO; // this machine may have stood still, and its monotonic clock with it
        }
        long left = timeout - kept - elapsed;
        return left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
    }

    static long marginNanos(@Nullable Duration wished, long timeoutNanos) {
        long margin = wished == null
                ? Math.max(timeoutNanos / 3, SMALLEST_DEFAULT_MARGIN_NANOS)
                : wished.compareTo(Duration.ofNanos(timeoutNanos)) < 0 ? wished.toNanos() : timeoutNanos;
        return Math.min(margin, timeoutNanos / 2);
    }

    /** {@return whether the client's margin is too long for the timeout that the server granted} */
    boolean cutsMargin() {
        Duration wished = margin;
        return wished != null && wished.compareTo(Duration.ofNanos(timeoutNanos / 2)) > 0;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "0x%x", id);
    }
}
