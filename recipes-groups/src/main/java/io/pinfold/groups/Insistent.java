package io.pinfold.groups;

import io.pinfold.NoNodeException;
import io.pinfold.NodeExistsException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Children;
import io.pinfold.client.CreateOptions;
import io.pinfold.framework.Failures;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Reads that wait for an outage to be over, and writes that may be done twice, and are when their replies get lost. Stateless. */
final class Insistent {
    private static final int ATTEMPTS = 10;

    private Insistent() {}

    /** {@return whether it was not there before; fails as a creation does, but not because it exists} */
    static CompletableFuture<Boolean> create(AsyncClient async, String path, byte[] data, CreateOptions options) {
        return again(() -> async.create(path, data, options).thenApply(created -> true), ATTEMPTS)
                .exceptionallyCompose(failure -> tolerate(failure, NodeExistsException.class));
    }

    /** {@return whether it was there before; fails as a deletion does, but not because it is missing} */
    static CompletableFuture<Boolean> delete(AsyncClient async, String path) {
        return again(() -> async.delete(path, -1).thenApply(deleted -> true), ATTEMPTS)
                .exceptionallyCompose(failure -> tolerate(failure, NoNodeException.class));
    }

    /** {@return the names of the children, none if the znode is missing; asked for until the answer comes} */
    static CompletableFuture<List<String>> children(AsyncClient async, String path) {
        return async.children(path, null).thenApply(Children::names).exceptionallyCompose(failure -> {
            PinfoldException cause = Failures.causeOf(failure);
            if (cause instanceof NoNodeException) {
                return CompletableFuture.completedFuture(List.of());
            }
            return Failures.mayPass(cause) ? children(async, path) : CompletableFuture.failedFuture(cause);
        });
    }

    /** {@return completes when the server knows everything that was committed before; asked for until the answer comes} */
    static CompletableFuture<Void> sync(AsyncClient async, String path) {
        return async.sync(path).exceptionallyCompose(failure -> {
            PinfoldException cause = Failures.causeOf(failure);
            return Failures.mayPass(cause) ? sync(async, path) : CompletableFuture.failedFuture(cause);
        });
    }

    private static <T> CompletableFuture<T> again(Supplier<CompletableFuture<T>> write, int attempts) {
        return write.get().exceptionallyCompose(failure -> {
            PinfoldException cause = Failures.causeOf(failure);
            return cause instanceof OutcomeUnknownException && attempts > 1
                    ? again(write, attempts - 1)
                    : CompletableFuture.failedFuture(cause);
        });
    }

    private static CompletableFuture<Boolean> tolerate(Throwable failure, Class<? extends PinfoldException> expected) {
        PinfoldException cause = Failures.causeOf(failure);
        return expected.isInstance(cause)
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.failedFuture(cause);
    }
}
