package io.pinfold.locks;

import io.pinfold.NoNodeException;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.SerialExecutor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What onlookers may do with the places of one queue. Immutable. */
record Care(RecipeClient client, String directory) {
    /** What Apache Curator's {@code Revoker} writes. */
    private static final byte[] REVOKE = "__REVOKE__".getBytes(StandardCharsets.UTF_8);

    static boolean isRevocation(byte[] data) {
        return Arrays.equals(data, REVOKE);
    }

    /** {@return what tells a listener of leases that somebody wants back, for {@code PlaceTerms}} */
    static BiConsumer<Lease, byte[]> revocations(RecipeClient client, @Nullable Consumer<Lease> listener) {
        if (listener == null) {
            return (lease, data) -> {};
        }
        Executor callbacks = new SerialExecutor(client.runtime().callbackExecutor());
        return (lease, data) -> {
            if (isRevocation(data)) {
                callbacks.execute(() -> listener.accept(lease));
            }
        };
    }

    CompletableFuture<Boolean> requestRevocation(LockPlace place) {
        return found(calls(place).set(place.path(), REVOKE, -1));
    }

    CompletableFuture<Boolean> forceRelease(LockPlace place) {
        return found(calls(place).delete(place.path(), -1));
    }

    private AsyncClient calls(LockPlace place) {
        if (!ZnodePath.parent(place.path()).equals(directory)) {
            throw new IllegalArgumentException(place.path() + " is no place of " + directory);
        }
        return client.async(new SerialExecutor(client.runtime().callbackExecutor()));
    }

    private static CompletableFuture<Boolean> found(CompletableFuture<?> call) {
        CompletableFuture<Boolean> found = new CompletableFuture<>();
        call.whenComplete((result, failure) -> {
            if (failure == null || failure instanceof NoNodeException) {
                found.complete(failure == null);
            } else {
                found.completeExceptionally(failure);
            }
        });
        return found;
    }
}
