package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A well-behaved client with a session and an ephemeral znode: it reads and writes a little all the time, and wants to keep
 * both while others misbehave. Its work has a thread of its own.
 */
final class Bystander implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int PAUSE_MILLIS = 50;

    private final RawSession session;
    private final String path;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread = new Thread(this::live, "bystander");
    private volatile long slowestNanos;
    private volatile @Nullable Throwable failure;

    /** Connects; the parent must exist and let everybody create. */
    Bystander(int port, String parent) throws IOException {
        session = RawSession.open(port, TIMEOUT);
        path = parent + "/" + Long.toHexString(session.id());
        assertEquals(0, session.errorOf(Call.create(path, 1)));
        thread.setDaemon(true);
        thread.start();
    }

    /** Checks that the session and its znode are still there and that every request was answered in time; shows what the server said. */
    void assertUndisturbed(Supplier<String> serverSaid) throws InterruptedException {
        stopped.countDown();
        thread.join(60_000);
        assertNull(failure, () -> "a healthy client was hurt: " + failure + "\n" + serverSaid.get());
        assertTrue(!thread.isAlive(), "a healthy client waits for an answer");
        assertTrue(slowestNanos < TIMEOUT.toNanos(), () -> "slowest answer: " + slowestMillis() + " ms");
    }

    long slowestMillis() {
        return slowestNanos / 1_000_000;
    }

    @Override
    public void close() throws IOException {
        stopped.countDown();
        session.close();
    }

    private void live() {
        try {
            do {
                answered(Call.setData(path, new byte[10], -1));
                answered(Call.read(Call.GET_DATA, path, false));
            } while (!stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
            answered(Call.read(Call.EXISTS, path, false));
        } catch (IOException | InterruptedException | AssertionError e) {
            failure = e;
        }
    }

    private void answered(Call call) throws IOException {
        long start = System.nanoTime();
        assertEquals(0, session.errorOf(call), call.text());
        slowestNanos = Math.max(slowestNanos, System.nanoTime() - start);
    }
}
