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
 */
record HostRuntime(ClientHost host) implements ClientRuntime {
    private static final long VERSION_BITS = 0xf000L;
    private static final long VERSION_RANDOM = 0x4000L;
    private static final long VARIANT_BITS = 0xc000_0000_0000_0000L;
    private static final long VARIANT_IETF = 0x8000_0000_0000_0000L;

    @Override
    public long nanoTime() {
        return host.nanoTime();
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        ClientHost.Cancellable scheduled = host.schedule(delay.toNanos(), () -> {
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
    public String newGuid() {
        long high = host.randomLong() & ~VERSION_BITS | VERSION_RANDOM;
        long low = host.randomLong() & ~VARIANT_BITS | VARIANT_IETF;
        return new UUID(high, low).toString();
    }
}
