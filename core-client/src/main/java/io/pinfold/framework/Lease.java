package io.pinfold.framework;

import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A place that this process holds: a lock, leadership, a permit, a claim. A value, not a property of a thread: any
 * thread may use and close it. Thread-safe.
 *
 * <p>A lease can be lost without this process doing anything: the session ends, somebody deletes the znode. Three
 * defences, from weak to strong: ask {@link #state()} before each step; let the resource refuse older
 * {@link #fencingToken()}s; put {@link #check()} into the transaction that changes znodes.
 */
public interface Lease extends AutoCloseable {
    /**
     * {@return a number that is larger than the token of every earlier holder of the same exclusive place}
     *
     * <p>It is the {@code czxid} of the lease's znode: positive, unique in the ensemble, increasing over all of its
     * history. A resource that remembers the largest token it saw and refuses smaller ones cannot be harmed by a holder
     * that does not know yet that it lost the place.
     */
    long fencingToken();

    /** {@return the path of the znode that stands for this lease} */
    String path();

    /** {@return how the lease stands at this moment, computed against the clock at every call; does not block} */
    LeaseState state();

    /** {@return whether the state is {@link LeaseState#HELD}} */
    default boolean isHeld() {
        return state() == LeaseState.HELD;
    }

    /**
     * {@return for how long the place cannot be given to another, by this process's clock; zero when the lease is LOST or
     * RELEASED}
     */
    Duration remaining();

    /**
     * Does nothing while the lease is ours.
     *
     * @throws LeaseLostException if the state is LOST or RELEASED
     */
    default void ensureHeld() {
        LeaseState state = state();
        if (state == LeaseState.LOST || state == LeaseState.RELEASED) {
            throw new LeaseLostException(path(), "The lease " + path() + " is " + state);
        }
    }

    /**
     * {@return a future that completes when the lease is lost, before the server can have given the place away by
     * expiry; it never completes for a lease that is closed in time}
     *
     * <p>When the lease's time ran out though its session may live on, the znode stays, and keeps everybody else out, until
     * the lost lease is closed; without that, for half of the session's timeout, after which the server may have given the
     * place away in any case. So close a lost lease when the work has stopped: that lets the next one in.
     *
     * <p>It completes on the client's callback executor, which a stopped process cannot do in time: see
     * {@link #state()}. Completing or cancelling it from outside has no effect on the lease.
     */
    CompletableFuture<LeaseLost> lost();

    /**
     * {@return an operation that makes a transaction fail as a whole unless this very lease is still in place}
     *
     * <p>The znode's name is unique to this lease, so "exists" is enough. A transaction with a failed check fails with
     * {@link io.pinfold.TransactionFailedException} whose failed operation is this one.
     */
    Op check();

    /**
     * Gives the place back. Does not block: the deletion of the znode leaves before this returns, so what the same thread
     * asks the server next comes after it, and goes on in the background, over connection losses, until the znode is gone or
     * the session is. Closing twice does nothing more. Closing a lost lease leaves it lost, and deletes its znode if that is
     * still there.
     */
    @Override
    void close();

    /**
     * Gives the place back.
     *
     * @return completes when the znode is known to be gone, or its session is; never fails
     */
    CompletableFuture<Void> closeAsync();
}
