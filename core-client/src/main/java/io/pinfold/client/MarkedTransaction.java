package io.pinfold.client;

import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.NodeExistsException;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.TransactionFailedException;
import io.pinfold.ZnodePath;
import io.pinfold.client.session.Call.Loss;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that happens once, though its reply may be lost: its last operation creates an ephemeral znode with a name that
 * nobody else uses, so that znode exists if and only if the rest happened. After a lost connection it is looked for, behind a
 * {@code sync}; if it is not there, the transaction did not happen, cannot happen any more (see {@link CreateFlow}), and is
 * asked for again. In the end the znode is deleted in the background.
 *
 * <p>Confined to the client's loop; completes on its lane.
 */
final class MarkedTransaction {
    /** An empty container may be reaped as often as it is created. */
    private static final int MAX_DIRECTORY_ROUNDS = 20;

    private static final CreateOptions MARKER = CreateOptions.of(CreateMode.EPHEMERAL);

    private final ClientCore core;
    private final AsyncCalls calls;
    private final Chroot chroot;
    private final @Nullable LiveSession owner;
    private final Lane lane;
    private final Transaction transaction;
    private final Request request;
    private final String marker;
    private final long startNanos;
    private final long deadlineNanos;
    private final CompletableFuture<Optional<List<OpResult>>> done = new CompletableFuture<>();
    private int sessionNumber;
    private int directoryRounds;
    private int setbacks;
    /** It was sent, and nobody has looked for the marker since. */
    private boolean mayHaveHappened;

    /** For operations that were looked at; {@code calls} complete where they are completed. */
    MarkedTransaction(
            ClientCore core,
            AsyncCalls calls,
            Chroot chroot,
            @Nullable LiveSession owner,
            Lane lane,
            List<Op> ops,
            String directory) {
        this.core = core;
        this.calls = calls;
        this.chroot = chroot;
        this.owner = owner;
        this.lane = lane;
        this.marker = directory + (directory.endsWith("/") ? "" : "/") + "_m_"
                + core.runtime().newGuid();
        List<Op> marked = new ArrayList<>(ops);
        marked.add(Op.create(marker, new byte[0], CreateMode.EPHEMERAL));
        this.transaction = new Transaction(List.copyOf(marked), chroot);
        this.request = transaction.request(core);
        this.startNanos = core.host().nanoTime();
        this.deadlineNanos = startNanos + core.settings().operationTimeout().toNanos();
    }

    CompletableFuture<Optional<List<OpResult>>> start() {
        Operation<List<OpResult>> first = attempt();
        if (first.fits(done)) {
            core.submit(() -> {
                if (!core.isCurrent(owner)) {
                    fail(core.endedBefore(transaction.path()));
                    return;
                }
                sessionNumber = core.session().sessionNumber();
                first.boundTo(sessionNumber).enter();
            });
        }
        return done;
    }

    private Operation<List<OpResult>> attempt() {
        Operation<List<OpResult>> multi = new Operation<List<OpResult>>(
                        core, Lane.DIRECT, transaction.path(), request, (p, body) -> transaction.results(body))
                .until(deadlineNanos);
        multi.whenComplete((results, failure) -> attempted(multi, results, failure));
        return multi;
    }

    private void again() {
        attempt().boundTo(sessionNumber).enter();
    }

    private void attempted(
            Operation<List<OpResult>> multi, @Nullable List<OpResult> results, @Nullable Throwable failure) {
        setbacks += multi.setbacks();
        if (results != null) {
            succeed(Optional.of(results.subList(0, results.size() - 1)));
            return;
        }
        PinfoldException cause = Await.failure(failure);
        if (cause instanceof OutcomeUnknownException) {
            mayHaveHappened = true;
            if (multi.loss() == Loss.CONNECTION) {
                resolve();
            } else {
                fail(cause);
            }
        } else if (cause instanceof TransactionFailedException refused && isAboutMarker(refused)) {
            markerRefused(refused);
        } else {
            fail(cause instanceof TransactionFailedException refused ? withoutMarker(refused) : cause);
        }
    }

    private TransactionFailedException withoutMarker(TransactionFailedException refused) {
        return new TransactionFailedException(
                refused.failedOp(),
                refused.codes().subList(0, transaction.ops().size() - 1),
                refused.path().orElse(null),
                String.valueOf(refused.getMessage()));
    }

    private boolean isAboutMarker(TransactionFailedException refused) {
        return refused.failedOp() == transaction.ops().size() - 1;
    }

    /** Everything else would have worked. */
    private void markerRefused(TransactionFailedException refused) {
        if (refused.code() != ErrorCode.NO_NODE || directoryRounds++ >= MAX_DIRECTORY_ROUNDS) {
            fail(PinfoldException.of(refused.code(), marker));
            return;
        }
        boolean containers =
                !core.gaps().lacks(OpCode.CREATE_CONTAINER, core.host().nanoTime());
        CreateOptions options = CreateOptions.of(containers ? CreateMode.CONTAINER : CreateMode.PERSISTENT);
        calls.create(ZnodePath.parent(marker), new byte[0], options.withParents())
                .whenComplete((created, failure) -> {
                    // Of an unknown outcome the next attempt will tell.
                    if (failure == null
                            || failure instanceof NodeExistsException
                            || failure instanceof OutcomeUnknownException) {
                        again();
                    } else {
                        fail(Await.failure(failure));
                    }
                });
    }

    private void resolve() {
        GuardSearch search = new GuardSearch(
                core, chroot, marker, "", MARKER, deadlineNanos, core.settings().retry());
        search.find(sessionNumber, (found, failure) -> {
            if (failure != null) {
                fail(unknown(failure));
            } else if (found != null) {
                succeed(Optional.empty());
            } else {
                mayHaveHappened = false;
                again();
            }
        });
    }

    private PinfoldException unknown(PinfoldException why) {
        return new OutcomeUnknownException(
                transaction.path(),
                "The transaction on " + transaction.path()
                        + " was sent, its answer was lost, and it could not be settled: " + why.getMessage());
    }

    // ---- ends ----------------------------------------------------------------------------------------------------

    private void succeed(Optional<List<OpResult>> results) {
        forgetMarker();
        lane.execute(() -> done.complete(results));
    }

    private void fail(PinfoldException failure) {
        failure.note(core.history(setbacks, startNanos));
        if (mayHaveHappened) {
            forgetMarker();
        }
        lane.execute(() -> done.completeExceptionally(failure));
    }

    /** With the session it is gone anyway. */
    private void forgetMarker() {
        if (sessionNumber == core.session().sessionNumber()) {
            new SureDelete(core, chroot, null, Lane.DIRECT, marker).begin();
        }
    }
}
