package io.pinfold.locks;

import io.pinfold.BadVersionException;
import io.pinfold.NoNodeException;
import io.pinfold.NodeExistsException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.Node;
import io.pinfold.framework.Failures;
import io.pinfold.locks.SemaphoreSize.Stored;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads, writes and changes the size of a semaphore by compare-and-set; who comes second reads again. Immutable. */
record SizeAgreement(AsyncClient async, SemaphoreTerms terms) {
    /** {@return what is stored, after it was stored if nothing was; fails with IllegalStateException as its parts do} */
    CompletableFuture<Stored> reach() {
        return read().thenCompose(node -> {
            Stored stored = node == null ? null : size().read(node.data());
            return stored != null
                    ? CompletableFuture.completedFuture(stored)
                    : write(node, size().write(size().toBegin(), null), this::reach);
        });
    }

    /** {@return completes when a size is stored} */
    CompletableFuture<Stored> change(int to) {
        return read().thenCompose(node -> {
            Stored stored = node == null ? null : size().read(node.data());
            return stored != null && stored.now() == to
                    ? CompletableFuture.completedFuture(stored)
                    : write(node, size().write(to, stored), () -> change(to));
        });
    }

    private SemaphoreSize size() {
        return terms.size();
    }

    private CompletableFuture<@Nullable Node> read() {
        return async.get(size().path(), null)
                .<@Nullable Node>thenApply(node -> node)
                .exceptionallyCompose(failure -> Failures.causeOf(failure) instanceof NoNodeException
                        ? CompletableFuture.<@Nullable Node>completedFuture(null)
                        : CompletableFuture.<@Nullable Node>failedFuture(failure));
    }

    /** Writes, then looks what is there: what was written, or what others wrote at the same time. */
    private CompletableFuture<Stored> write(
            @Nullable Node before, byte[] data, java.util.function.Supplier<CompletableFuture<Stored>> look) {
        CompletableFuture<?> write = before == null
                ? async.create(
                        size().path(),
                        data,
                        CreateOptions.PERSISTENT.withAcl(terms.acl()).withParents())
                : async.set(size().path(), data, before.version());
        return write.handle((done, failure) -> {
                    PinfoldException cause = failure == null ? null : Failures.causeOf(failure);
                    return cause == null || mayBeThere(cause)
                            ? look.get()
                            : CompletableFuture.<Stored>failedFuture(cause);
                })
                .thenCompose(Function.identity());
    }

    private static boolean mayBeThere(PinfoldException cause) {
        return cause instanceof NodeExistsException
                || cause instanceof BadVersionException
                || cause instanceof NoNodeException
                || cause instanceof OutcomeUnknownException;
    }
}
