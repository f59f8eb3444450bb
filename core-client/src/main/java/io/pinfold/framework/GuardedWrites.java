package io.pinfold.framework;

import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.PinfoldException;
import io.pinfold.Stat;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.RecipeClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Changes that happen while a lease is in place, or not at all. Each is a transaction with {@link Lease#check()} in front, so
 * it costs what the change costs alone, and no pause of this process can come between the look at the lease and the change.
 *
 * <p>All methods fail with {@link LeaseLostException} when the lease is lost or was closed, and have changed nothing then: a
 * lease that is known to be lost is not even asked for. A connection that is lost meanwhile leaves an
 * {@link io.pinfold.OutcomeUnknownException}, as for every transaction. Who holds a lease and reads first sees all that
 * earlier holders changed.
 *
 * <p>Immutable; thread-safe.
 */
public final class GuardedWrites {
    private final AsyncClient async;
    private final Lease lease;

    private GuardedWrites(AsyncClient async, Lease lease) {
        this.async = async;
        this.lease = lease;
    }

    /**
     * {@return changes that happen while a lease is in place}
     *
     * @param client the client that holds the lease
     * @param lease any lease: a lock, a leadership, permits, a claim
     */
    public static GuardedWrites under(RecipeClient client, Lease lease) {
        return new GuardedWrites(
                client.async(new SerialExecutor(client.runtime().callbackExecutor())), lease);
    }

    /**
     * Creates a znode, open to everybody. Blocks until a server answered.
     *
     * @param path the znode, without the counter for sequential modes
     * @param data its data
     * @param mode the kind of znode, not one with TTL
     * @return the path as it was created
     * @throws LeaseLostException if the lease is not in place
     * @throws io.pinfold.NodeExistsException if there is such a znode
     * @throws io.pinfold.NoNodeException if there is no parent
     */
    public String create(String path, byte[] data, CreateMode mode) {
        return ((OpResult.Created) one(Op.create(path, data, mode), path)).path();
    }

    /**
     * Sets the data of a znode. Blocks until a server answered.
     *
     * @param path the znode
     * @param data its data
     * @param version the expected version, or −1 for any
     * @return the metadata after the change
     * @throws LeaseLostException if the lease is not in place
     * @throws io.pinfold.NoNodeException if there is no such znode
     * @throws io.pinfold.BadVersionException if it has another version
     */
    public Stat set(String path, byte[] data, int version) {
        return ((OpResult.DataSet) one(Op.set(path, data, version), path)).stat();
    }

    /**
     * Deletes a znode without children. Blocks until a server answered.
     *
     * @param path the znode
     * @param version the expected version, or −1 for any
     * @throws LeaseLostException if the lease is not in place
     * @throws io.pinfold.NoNodeException if there is no such znode
     * @throws io.pinfold.BadVersionException if it has another version
     */
    public void delete(String path, int version) {
        one(Op.delete(path, version), path);
    }

    /**
     * Runs operations as one transaction. Blocks until a server answered.
     *
     * @param ops what to do, in order, all or nothing
     * @return one result for each
     * @throws LeaseLostException if the lease is not in place
     * @throws TransactionFailedException if an operation was refused; its place counts from 0, without the check
     */
    public List<OpResult> multi(Op... ops) {
        return Waiting.forChange(multiAsync(List.of(ops)), lease.path());
    }

    /**
     * Runs operations as one transaction, without blocking.
     *
     * @param ops what to do, in order, all or nothing
     * @return one result for each, on the client's callback executor; fails as {@link #multi} does
     */
    public CompletableFuture<List<OpResult>> multiAsync(List<Op> ops) {
        LeaseState state = lease.state();
        if (state == LeaseState.LOST || state == LeaseState.RELEASED) {
            return CompletableFuture.failedFuture(lost("is " + state));
        }
        List<Op> guarded = new ArrayList<>(ops.size() + 1);
        guarded.add(lease.check());
        guarded.addAll(ops);
        CompletableFuture<List<OpResult>> answer = new CompletableFuture<>();
        async.multi(guarded).whenComplete((results, failure) -> {
            if (results != null) {
                answer.complete(results.subList(1, results.size()));
            } else {
                answer.completeExceptionally(translated(Failures.causeOf(failure)));
            }
        });
        return answer;
    }

    /** {@return what the caller is to know: nothing of the check, unless that failed} */
    private PinfoldException translated(PinfoldException cause) {
        if (!(cause instanceof TransactionFailedException failed)) {
            return cause;
        }
        if (failed.failedOp() == 0) {
            return failed.code() == ErrorCode.NO_NODE ? lost("is not in place any more") : cause;
        }
        List<ErrorCode> codes = failed.codes();
        return new TransactionFailedException(
                failed.failedOp() - 1,
                codes.subList(1, codes.size()),
                failed.path().orElse(null),
                String.valueOf(failed.getMessage()));
    }

    private LeaseLostException lost(String how) {
        return new LeaseLostException(lease.path(), "The lease " + lease.path() + ' ' + how + "; nothing was changed");
    }

    private OpResult one(Op op, String path) {
        try {
            return Waiting.forChange(multiAsync(List.of(op)), path).get(0);
        } catch (TransactionFailedException e) {
            throw PinfoldException.of(e.code(), path);
        }
    }
}
