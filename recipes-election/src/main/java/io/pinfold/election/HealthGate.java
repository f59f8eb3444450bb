package io.pinfold.election;

import io.pinfold.client.ClientRuntime;
import io.pinfold.client.Subscription;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks again and again whether a candidate is healthy. The user's check runs on an executor of its own, so one that hangs
 * holds up nothing but the next check. One that throws means not healthy.
 *
 * <p>Confined to {@code checks}; closing is thread-safe.
 */
final class HealthGate implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(HealthGate.class);

    private final ClientRuntime runtime;
    private final BooleanSupplier check;
    private final Duration interval;
    private final Consumer<Boolean> listener;
    private final SerialExecutor checks;
    /** Whether the last check threw, which is logged once. */
    private boolean failed;

    private volatile boolean closed;
    private volatile ClientRuntime.@Nullable Cancellable timer;

    private HealthGate(ClientRuntime runtime, BooleanSupplier check, Duration interval, Consumer<Boolean> listener) {
        this.runtime = runtime;
        this.check = check;
        this.interval = interval;
        this.listener = listener;
        this.checks = new SerialExecutor(runtime.callbackExecutor());
    }

    /** {@return tells the listener of every check, the first one at once, until closed} */
    static Subscription watch(
            ClientRuntime runtime, BooleanSupplier check, Duration interval, Consumer<Boolean> listener) {
        HealthGate gate = new HealthGate(runtime, check, interval, listener);
        gate.checks.execute(gate::look);
        return gate;
    }

    private void look() {
        if (closed) {
            return;
        }
        listener.accept(isHealthy());
        if (!closed) {
            timer = runtime.schedule(interval, () -> checks.execute(this::look));
        }
    }

    private boolean isHealthy() {
        try {
            boolean healthy = check.getAsBoolean();
            failed = false;
            return healthy;
        } catch (RuntimeException e) {
            if (!failed) {
                LOG.warn("election-health-check-failed", e);
            }
            failed = true;
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        ClientRuntime.Cancellable armed = timer;
        if (armed != null) {
            armed.cancel();
        }
    }
}
