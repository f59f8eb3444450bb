package io.pinfold.framework;

import io.pinfold.ClientClosedException;
import io.pinfold.ErrorCode;
import io.pinfold.PinfoldException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What recipes make of failed calls. Stateless. */
public final class Failures {
    private Failures() {}

    /**
     * {@return the exception that a call failed with, out of whatever futures wrapped it in; what is none of the client's
     * exceptions becomes the cause of one}
     *
     * @param failure what a future completed with
     */
    public static PinfoldException causeOf(@Nullable Throwable failure) {
        Throwable cause = innermost(failure);
        if (cause instanceof PinfoldException known) {
            return known;
        }
        PinfoldException unexpected = PinfoldException.of(ErrorCode.SYSTEM_ERROR, null);
        if (cause != null) {
            unexpected.addSuppressed(cause); // its cause is settled when it is made
        }
        return unexpected;
    }

    /** {@return what futures wrapped in a completion's exception} */
    static @Nullable Throwable innermost(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /**
     * {@return whether the same call may succeed later}
     *
     * @param cause how it failed
     */
    public static boolean mayPass(PinfoldException cause) {
        return switch (cause.code()) {
            case CONNECTION_LOSS, OPERATION_TIMEOUT, REQUEST_TIMEOUT, SESSION_MOVED, THROTTLED, NOT_READ_ONLY -> true;
            case SESSION_EXPIRED -> !(cause instanceof ClientClosedException);
            default -> false;
        };
    }

    /**
     * {@return a future of the same result that fails with the exception itself}
     *
     * @param future the future, with stages behind the client's
     * @param <T> the kind of result
     */
    public static <T> CompletableFuture<T> unwrapped(CompletableFuture<T> future) {
        CompletableFuture<T> plain = new CompletableFuture<>();
        future.whenComplete((result, failure) -> {
            if (failure == null) {
                plain.complete(result);
            } else {
                plain.completeExceptionally(causeOf(failure));
            }
        });
        return plain;
    }
}
