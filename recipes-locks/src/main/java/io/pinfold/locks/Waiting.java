package io.pinfold.locks;

import io.pinfold.OperationTimeoutException;
import io.pinfold.client.Blocking;
import io.pinfold.framework.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The blocking form of what is done without blocking, and what comes out of futures. Stateless. */
final class Waiting {
    private Waiting() {}

    /** Waits for what the client's operation timeout bounds; an interrupt ends the waiting, and is set again. */
    static <T> T forReply(CompletableFuture<T> reply, String path) {
        try {
            return Blocking.get(reply);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationTimeoutException(path, "Interrupted while waiting for an answer about " + path);
        } catch (ExecutionException e) {
            throw plain(e.getCause());
        }
    }

    /** {@return what a future failed with: one of the client's exceptions, or one that says what the user did wrong} */
    static RuntimeException plain(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof IllegalStateException wrongUse ? wrongUse : Failures.causeOf(cause);
    }

    /** {@return a future of the same result that fails with the exception itself} */
    static <T> CompletableFuture<T> unwrapped(CompletableFuture<T> future) {
        CompletableFuture<T> plain = new CompletableFuture<>();
        future.whenComplete((result, failure) -> {
            if (failure == null) {
                plain.complete(result);
            } else {
                plain.completeExceptionally(plain(failure));
            }
        });
        return plain;
    }
}
