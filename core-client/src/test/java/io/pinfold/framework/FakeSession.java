package io.pinfold.framework;

import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import java.time.Duration;

/** A session whose proof of life is renewed when a test says so. Confined to one thread. */
final class FakeSession implements Session {
    static final Duration LIFE = Duration.ofSeconds(9);

    private final VirtualTime time;
    private final long id;
    private long provenAt;
    SessionState state = SessionState.CONNECTED;

    FakeSession(VirtualTime time, long id) {
        this.time = time;
        this.id = id;
        prove();
    }

    /** A server answered just now. */
    void prove() {
        provenAt = time.nanoTime();
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(10);
    }

    @Override
    public SessionState state() {
        return state;
    }

    @Override
    public Duration stateAge() {
        return Duration.ZERO;
    }

    @Override
    public Duration remaining() {
        if (state == SessionState.EXPIRED || state == SessionState.CLOSED) {
            return Duration.ZERO;
        }
        long left = provenAt + LIFE.toNanos() - time.nanoTime();
        return left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
    }
}
