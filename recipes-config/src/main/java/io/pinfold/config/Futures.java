package io.pinfold.config;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What futures failed with. Stateless. */
final class Futures {
    private Futures() {}

    /** {@return a future of the same result that fails with the exception itself, users' own ones included} */
    static <T> CompletableFuture<T> plain(CompletableFuture<T> future) {
        CompletableFuture<T> plain = new CompletableFuture<>();
        future.whenComplete((result, failure) -> {
            if (failure == null) {
                plain.complete(result);
            } else {
                boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
                plain.completeExceptionally(wrapped ? failure.getCause() : failure);
            }
        });
        return plain;
    }
}
