package io.pinfold.locks;

import io.pinfold.ConnectionLostException;
import io.pinfold.client.Blocking;
import io.pinfold.client.ClientObserver;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Failures;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of an attempt that takes several steps: waits for it, gives up in time, loses interest. Thread-safe:
 * {@code settled} completes once, by whoever comes first.
 *
 * @param <L> what the caller gets
 */
final class Answer<L> {
    /** The attempt itself. */
    interface Work {
        /** Whether a server answered during the attempt. */
        boolean reached();

        /** Nobody wants the answer any more: leave nothing behind. Does not block. */
        void withdraw();
    }

    private final RecipeClient client;
    private final String path;
    private final Consumer<L> giveBack;
    private final Work work;
    private final CompletableFuture<Optional<L>> settled = new CompletableFuture<>();

    Answer(RecipeClient client, String path, Consumer<L> giveBack, Work work) {
        this.client = client;
        this.path = path;
        this.giveBack = giveBack;
        this.work = work;
    }

    /** Has the client's observer told how long the caller waited. */
    Answer<L> observed() {
        ClientRuntime runtime = client.runtime();
        long begun = runtime.nanoTime();
        settled.whenComplete((given, failure) -> {
            Duration took = Duration.ofNanos(runtime.nanoTime() - begun);
            boolean granted = given != null && given.isPresent();
            runtime.observer().waited(new ClientObserver.Waiting(path, took, granted));
        });
        return this;
    }

    // For the work.

    /** Gives the caller what it asked for, or takes it back if the caller is gone. */
    void give(L lease) {
        if (!settled.complete(Optional.of(lease))) {
            giveBack.accept(lease);
        }
    }

    void refuse() {
        settled.complete(Optional.empty());
    }

    void fail(RuntimeException cause) {
        settled.completeExceptionally(cause);
    }

    // For the caller.

    Optional<L> await() throws InterruptedException {
        try {
            Blocking.failIfInterrupted();
            return Blocking.get(settled);
        } catch (InterruptedException e) {
            withdraw();
            settled.thenAccept(given -> given.ifPresent(giveBack));
            throw e;
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        }
    }

    /** Ends the waiting after some time, if it did not end before. */
    Answer<L> within(Duration timeout) {
        var timer = client.runtime().schedule(timeout, () -> expire(timeout));
        settled.whenComplete((given, failure) -> timer.cancel());
        return this;
    }

    /** Completes on the client's callback executor; cancelling it withdraws the attempt. */
    <T> CompletableFuture<T> future(Function<Optional<L>, T> wrap) {
        CompletableFuture<T> future = new CompletableFuture<>();
        SerialExecutor callbacks = new SerialExecutor(client.runtime().callbackExecutor());
        settled.whenComplete((given, failure) -> callbacks.execute(() -> {
            if (failure != null) {
                future.completeExceptionally(unwrapped(failure));
            } else if (!future.complete(wrap.apply(given))) {
                given.ifPresent(giveBack);
            }
        }));
        future.whenComplete((result, failure) -> withdraw());
        return future;
    }

    private void withdraw() {
        if (settled.cancel(false)) {
            work.withdraw();
        }
    }

    private void expire(Duration timeout) {
        boolean first = work.reached()
                ? settled.complete(Optional.empty())
                : settled.completeExceptionally(
                        new ConnectionLostException(path, "No server answered for " + timeout.toMillis() + " ms"));
        if (first) {
            work.withdraw();
        }
    }

    private static RuntimeException unwrapped(@Nullable Throwable failure) {
        return failure instanceof RuntimeException known ? known : Failures.causeOf(failure);
    }
}
