package io.pinfold.client;

import io.pinfold.client.net.ClientHost;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A client's time and threads as recipes see them. Thread-safe, as far as its host is.
 *
 * @param host where they come from
 * @param observer who sees what recipes do
 */
record HostRuntime(ClientHost host, ClientObserver observer) implements ClientRuntime {
    /** As good as for ever, and can be added to any clock without an overflow. */
    private static final Duration LONGEST_DELAY = Duration.ofDays(36_500);

    private static final long VERSION_BITS = 0xf000L;
    private static final long VERSION_OWN = 0x8000L;
    private static final long VARIANT_BITS = 0xc000_0000_0000_0000L;
    private static final long VARIANT_IETF = 0x8000_0000_0000_0000L;

    @Override
    public long nanoTime() {
        return host.nanoTime();
    }

    @Override
    public long wallMillis() {
        return host.wallMillis();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        Duration counted = delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
        ClientHost.Cancellable scheduled = host.schedule(counted.toNanos(), () -> {
            try {
                host.callbacks().execute(() -> Lane.runSafely(task));
            } catch (RejectedExecutionException e) {
                // The user shut the executor down; nothing can run there any more.
            }
        });
        return scheduled::cancel;
    }

    @Override
    public Executor callbackExecutor() {
        return host.callbacks();
    }

    @Override
    public String processName() {
        return host.processName();
    }

    @Override
    public String newGuid() {
        long high = host.randomLong() & ~VERSION_BITS | VERSION_OWN;
        long low = host.randomLong() & ~VARIANT_BITS | VARIANT_IETF;
        return new UUID(high, low).toString();
    }
}
