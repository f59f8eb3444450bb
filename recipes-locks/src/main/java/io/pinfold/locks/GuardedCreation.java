package io.pinfold.locks;

import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.Stat;
import io.pinfold.TransactionFailedException;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.framework.Failures;
import io.pinfold.framework.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Creates ephemeral znodes in one directory, all or none, while a lease is in place. All their names begin with one GUID,
 * so a lost reply is settled by a listing behind a {@code sync}. Immutable.
 */
final class GuardedCreation {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int GUARD = 0;

    /** What there is now. */
    record Made(List<String> paths, long czxid, long owner) {}

    private final AsyncClient async;
    private final ClientRuntime runtime;
    private final Session session;
    private final Lease guard;
    private final String directory;
    private final String guidPrefix;
    private final List<Op> ops;

    /**
     * Makes one.
     *
     * @param client whose session is to own the znodes
     * @param async its calls
     * @param guard must be in place
     * @param directory where the znodes are to be
     * @param guidPrefix what their names begin with, and no others'
     * @param creations the znodes, and whatever else must be true
     */
    GuardedCreation(
            RecipeClient client,
            AsyncClient async,
            Lease guard,
            String directory,
            String guidPrefix,
            List<Op> creations) {
        this.async = async;
        this.runtime = client.runtime();
        this.session = client.session();
        this.guard = guard;
        this.directory = directory;
        this.guidPrefix = guidPrefix;
        this.ops = new ArrayList<>();
        ops.add(guard.check());
        ops.addAll(creations);
    }

    /**
     * {@return the znodes; fails with {@link LeaseLostException} if the lease is not in place, and otherwise as a
     * transaction fails that had no effect}
     */
    CompletableFuture<Made> start() {
        return async.multi(ops)
                .handle((results, failure) -> failure == null ? made(results) : failed(Failures.causeOf(failure)))
                .thenCompose(Function.identity());
    }

    private CompletableFuture<Made> made(List<OpResult> results) {
        List<String> paths = new ArrayList<>();
        Stat stat = null;
        for (OpResult result : results) {
            if (result instanceof OpResult.Created created) {
                paths.add(created.path());
                stat = created.stat();
            }
        }
        return stat == null
                ? identify(paths)
                : CompletableFuture.completedFuture(new Made(paths, stat.czxid(), stat.ephemeralOwner()));
    }

    private CompletableFuture<Made> failed(PinfoldException cause) {
        if (cause instanceof OutcomeUnknownException) {
            return settle();
        }
        boolean guardIsGone = cause instanceof TransactionFailedException refused && refused.failedOp() == GUARD;
        return CompletableFuture.failedFuture(guardIsGone ? guardLost() : cause);
    }

    private LeaseLostException guardLost() {
        return new LeaseLostException(guard.path(), "The lease " + guard.path() + " is not in place any more");
    }

    private CompletableFuture<Made> settle() {
        return async.sync(directory)
                .thenCompose(synced -> async.children(directory, null))
                .thenCompose(children -> {
                    List<String> found = children.names().stream()
                            .filter(name -> name.startsWith(guidPrefix))
                            .map(name -> ZnodePath.child(directory, name))
                            .toList();
                    return found.isEmpty() ? start() : identify(found);
                })
                .exceptionallyCompose(failure -> tryOn(Failures.causeOf(failure)));
    }

    /** What may have been created must be found, and be it to delete it, while its session may live. */
    private CompletableFuture<Made> tryOn(PinfoldException cause) {
        SessionState state = session.state();
        boolean sessionIsOver = state == SessionState.EXPIRED || state == SessionState.CLOSED;
        if (sessionIsOver || cause instanceof LeaseLostException || !Failures.mayPass(cause)) {
            return CompletableFuture.failedFuture(cause);
        }
        CompletableFuture<Void> pause = new CompletableFuture<>();
        runtime.schedule(PAUSE, () -> pause.complete(null));
        return pause.thenCompose(over -> settle());
    }

    private CompletableFuture<Made> identify(List<String> paths) {
        return async.exists(paths.get(0), null)
                .thenCompose((Optional<Stat> stat) -> stat.isEmpty()
                        ? CompletableFuture.failedFuture(guardLost())
                        : CompletableFuture.completedFuture(
                                new Made(paths, stat.get().czxid(), stat.get().ephemeralOwner())));
    }
}
