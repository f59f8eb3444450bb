package io.pinfold.locks;

import io.pinfold.framework.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The blocking form of what is done without blocking. Stateless. */
final class Waiting {
    private Waiting() {}

    /** Waits; an interrupt cancels the future. */
    static <T> T forResult(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(false);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw Failures.causeOf(e.getCause());
        }
    }
}
