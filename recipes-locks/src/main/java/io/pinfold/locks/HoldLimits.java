package io.pinfold.locks;

import io.pinfold.client.ClientRuntime;
import io.pinfold.client.ClientRuntime.Cancellable;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * For how long a lock may be held, and after what time somebody wants to know. Immutable.
 *
 * @param longest after this time a lease is lost, if it is still held
 * @param alarmAfter after this time the alarm is told, if the lease is still held
 * @param alarm told on the client's callback executor
 */
record HoldLimits(@Nullable Duration longest, @Nullable Duration alarmAfter, Consumer<Lease> alarm) {
    static final HoldLimits NONE = new HoldLimits(null, null, lease -> {});

    HoldLimits withLongest(Duration limit) {
        return new HoldLimits(positive(limit), alarmAfter, alarm);
    }

    HoldLimits withAlarm(Duration after, Consumer<Lease> listener) {
        return new HoldLimits(longest, positive(after), listener);
    }

    /** {@return what the holder gets instead of the lease, which was granted this moment} */
    Lease applyTo(Lease granted, RecipeClient client) {
        if (longest == null && alarmAfter == null) {
            return granted;
        }
        CompletableFuture<Void> gone = new CompletableFuture<>();
        DerivedLease limited =
                new DerivedLease(client, granted, () -> granted.closeAsync().thenRun(() -> gone.complete(null)), gone);
        ClientRuntime runtime = client.runtime();
        SerialExecutor callbacks = new SerialExecutor(runtime.callbackExecutor());
        at(runtime, longest, limited::timeUp, gone);
        at(runtime, alarmAfter, () -> callbacks.execute(() -> tell(limited)), gone);
        return limited;
    }

    private void tell(Lease lease) {
        if (!DerivedLease.isOver(lease)) {
            alarm.accept(lease);
        }
    }

    private static void at(
            ClientRuntime runtime, @Nullable Duration time, Runnable task, CompletableFuture<Void> unlessGone) {
        if (time != null) {
            Cancellable timer = runtime.schedule(time, task);
            unlessGone.whenComplete((nothing, failure) -> timer.cancel());
        }
    }

    private static Duration positive(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("A lock cannot be held for " + time);
        }
        return time;
    }
}
