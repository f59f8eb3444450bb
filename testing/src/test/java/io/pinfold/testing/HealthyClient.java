package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A client that reads and reads while others misbehave, and wants to notice nothing. Its reading has its own thread. */
final class HealthyClient implements AutoCloseable {
    /** Far below any timeout, and above what a busy machine adds. */
    private static final Duration NOTICEABLE = Duration.ofSeconds(2);

    private final RawSession session;
    private final Call read = Call.read(Call.GET_DATA, "/", false);
    private final Thread thread = new Thread(this::readOn, "healthy-client");
    private final AtomicLong reads = new AtomicLong();
    private volatile boolean stopped;
    private volatile long slowestNanos;
    private volatile @Nullable IOException failure;

    HealthyClient(int port) throws IOException {
        session = RawSession.open(port, Duration.ofSeconds(30));
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends the reading and checks that nothing disturbed it. */
    void assertUndisturbed() throws InterruptedException {
        long soFar = reads.get();
        while (reads.get() < soFar + 20 && thread.isAlive()) {
            Thread.onSpinWait();
        }
        stopped = true;
        thread.join(NOTICEABLE.toMillis() * 10);
        assertNull(failure);
        assertTrue(reads.get() > soFar, "reads went on");
        assertTrue(slowestNanos < NOTICEABLE.toNanos(), "slowest read: " + slowestNanos / 1_000_000 + " ms");
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        session.close();
    }

    private void readOn() {
        try {
            while (!stopped) {
                long start = System.nanoTime();
                assertEquals(0, session.errorOf(read));
                slowestNanos = Math.max(slowestNanos, System.nanoTime() - start);
                reads.incrementAndGet();
            }
        } catch (IOException e) {
            failure = stopped ? null : e;
        }
    }
}
