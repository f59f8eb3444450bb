package io.pinfold.client;

import io.pinfold.OperationTimeoutException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** How blocking calls wait: until the call's own deadline completes its future. All methods are pure but for waiting. */
final class Await {
    private Await() {}

    /** {@return what the call returned} */
    static <T> T result(CompletableFuture<T> call, @Nullable String path, boolean write) {
        try {
            return Blocking.get(call);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(call, path, write);
        }
    }

    /** Waits for a call that returns nothing. */
    static void done(CompletableFuture<Void> call, @Nullable String path, boolean write) {
        try {
            Blocking.get(call);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(call, path, write);
        }
    }

    private static PinfoldException interrupted(CompletableFuture<?> call, @Nullable String path, boolean write) {
        call.cancel(false); // what was not sent yet never will be
        boolean mayHaveHappened = call instanceof Operation<?> operation ? operation.mayHaveHappened() : write;
        return mayHaveHappened
                ? new OutcomeUnknownException(path, "The thread was interrupted while it waited for the answer")
                : new OperationTimeoutException(path, "The thread was interrupted while it waited for the answer");
    }

    static PinfoldException failure(@Nullable Throwable cause) {
        if (cause instanceof PinfoldException known) {
            // The exception was made on an I/O thread; the caller wants to see where its own call was.
            known.setStackTrace(new Throwable().getStackTrace());
            return known;
        }
        throw new IllegalStateException("A call failed with something that is no PinfoldException", cause);
    }
}
