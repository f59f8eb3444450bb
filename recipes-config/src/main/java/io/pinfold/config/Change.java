package io.pinfold.config;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A change of a value that somebody waits for. Confined to the writer's progress, but for the future.
 *
 * @param <R> what comes of it
 */
final class Change<R> {
    /**
     * What to do to a value.
     *
     * @param <R> what comes of it
     */
    @FunctionalInterface
    interface Step<R> {
        /** {@return what comes of it for the data as they are; called as often as the data turn out to be others} */
        Effect<R> on(byte[] data);
    }

    /**
     * What a step makes of the data.
     *
     * @param data the data after it, or null if nothing is to be written
     * @param result what comes of it, given the version that the data have then
     */
    record Effect<R>(byte @Nullable [] data, Result<R> result) {}

    /** What comes of a step. */
    @FunctionalInterface
    interface Result<R> {
        R at(int version);
    }

    final CompletableFuture<R> future = new CompletableFuture<>();
    private final Step<R> step;
    private @Nullable Effect<R> effect;
    private @Nullable RuntimeException refusal;

    Change(Step<R> step) {
        this.step = step;
    }

    /** {@return the data after the step; the same array if it changes nothing} */
    byte[] tryOn(byte[] data) {
        effect = null;
        refusal = null;
        try {
            Effect<R> found = step.on(data);
            effect = found;
            byte[] after = found.data();
            return after == null ? data : after;
        } catch (RuntimeException e) { // users' code: whoever gave it is told
            refusal = e;
            return data;
        }
    }

    /** {@return whether the step wants nothing written} */
    boolean declines() {
        return effect == null || effect.data() == null;
    }

    void finish(int version) {
        if (refusal != null) {
            future.completeExceptionally(refusal);
        } else if (effect != null) {
            future.complete(effect.result().at(version));
        }
    }
}
