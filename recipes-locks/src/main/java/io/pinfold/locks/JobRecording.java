package io.pinfold.locks;

import io.pinfold.LeaseLostException;
import io.pinfold.NoNodeException;
import io.pinfold.NodeExistsException;
import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Failures;
import io.pinfold.framework.Lease;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Reads and writes the record of a job. Immutable; its futures complete on the client's callback executor. */
final class JobRecording {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int CHECK = 0;

    private final RecipeClient client;
    private final JobTerms terms;
    private final AsyncClient async;

    JobRecording(RecipeClient client, JobTerms terms) {
        this.client = client;
        this.terms = terms;
        this.async = client.async(new SerialExecutor(client.runtime().callbackExecutor()));
    }

    /** {@return the last slot that is done with; before the first one the znode is made, for it must outlive all runs} */
    CompletableFuture<Optional<JobRecord>> read() {
        return async.get(terms.path(), null)
                .thenApply(node -> JobRecord.read(terms.path(), node.data()))
                .exceptionallyCompose(failure -> Failures.causeOf(failure) instanceof NoNodeException
                        ? create()
                        : CompletableFuture.failedFuture(failure));
    }

    /** {@return the same without making anything} */
    CompletableFuture<Optional<JobRecord>> look() {
        return async.get(terms.path(), null)
                .thenApply(node -> JobRecord.read(terms.path(), node.data()))
                .exceptionallyCompose(failure -> Failures.causeOf(failure) instanceof NoNodeException
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : CompletableFuture.failedFuture(failure));
    }

    /** {@return completes when the slot is recorded; fails with LeaseLostException if the lease went before} */
    CompletableFuture<Void> write(Lease lease, long slot) {
        byte[] data = new JobRecord(slot, lease.fencingToken(), terms.owner()).write();
        return async.multi(List.of(lease.check(), Op.set(terms.path(), data)))
                .handle((done, failure) -> failure == null
                        ? CompletableFuture.<Void>completedFuture(null)
                        : afterFailure(lease, slot, data, Failures.causeOf(failure)))
                .thenCompose(Function.identity());
    }

    private CompletableFuture<Optional<JobRecord>> create() {
        return async.create(
                        terms.path(),
                        null,
                        CreateOptions.PERSISTENT.withAcl(terms.acl()).withParents())
                .handle((created, failure) -> {
                    PinfoldException cause = failure == null ? null : Failures.causeOf(failure);
                    boolean settled = cause == null
                            || cause instanceof NodeExistsException
                            || cause instanceof OutcomeUnknownException;
                    return settled ? look() : CompletableFuture.<Optional<JobRecord>>failedFuture(cause);
                })
                .thenCompose(Function.identity());
    }

    /** To write the same twice does no harm; so what may have happened is done again, while the lease may last. */
    private CompletableFuture<Void> afterFailure(Lease lease, long slot, byte[] data, PinfoldException cause) {
        boolean leaseIsGone = cause instanceof TransactionFailedException refused && refused.failedOp() == CHECK;
        if (leaseIsGone) {
            return async.get(terms.path(), null)
                    .thenCompose(node -> Arrays.equals(node.data(), data)
                            ? CompletableFuture.completedFuture(null) // by an attempt whose reply was lost
                            : CompletableFuture.failedFuture(new LeaseLostException(
                                    lease.path(), "The run " + lease.path() + " was over before it was recorded")));
        }
        if (DerivedLease.isOver(lease) || !Failures.mayPass(cause)) {
            return CompletableFuture.failedFuture(cause);
        }
        CompletableFuture<Void> pause = new CompletableFuture<>();
        client.runtime().schedule(PAUSE, () -> pause.complete(null));
        return pause.thenCompose(over -> write(lease, slot));
    }
}
