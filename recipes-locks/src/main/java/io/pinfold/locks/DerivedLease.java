package io.pinfold.locks;

import io.pinfold.client.ClientRuntime;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A lease on the place of another lease, which may end before that does: the znode, the token and the clock are those of
 * the other one, the end is its own.
 *
 * <p>Thread-safe: the end and the release are each decided once, by compare-and-set, by whoever comes first.
 */
final class DerivedLease extends ForwardingLease {
    private final ClientRuntime runtime;
    /** How long a holder may overlook that its time is up. */
    private final Duration grace;

    private final Executor callbacks;
    private final Runnable release;
    private final CompletableFuture<Void> gone;
    private final AtomicReference<@Nullable LeaseState> end = new AtomicReference<>();
    private final AtomicBoolean givenBack = new AtomicBoolean();
    private final CompletableFuture<LeaseLost> lost = new CompletableFuture<>();

    /**
     * Derives a lease.
     *
     * @param client the client that has the other lease
     * @param original the other lease
     * @param release called once, without blocking, when the holder's part is over
     * @param gone completes when that is done
     */
    DerivedLease(RecipeClient client, Lease original, Runnable release, CompletableFuture<Void> gone) {
        super(original);
        this.runtime = client.runtime();
        this.grace = client.session().timeout().dividedBy(2);
        this.callbacks = new SerialExecutor(runtime.callbackExecutor());
        this.release = release;
        this.gone = gone;
        original.lost().thenAccept(this::lose);
    }

    static boolean isOver(Lease lease) {
        LeaseState state = lease.state();
        return state == LeaseState.LOST || state == LeaseState.RELEASED;
    }

    /** The holder had its time. It is told first: the place goes on when it closes the lease, or a while later. */
    void timeUp() {
        lose(new LeaseLost(path(), fencingToken(), LeaseLost.Reason.TIME_RAN_OUT));
    }

    @Override
    public LeaseState state() {
        LeaseState original = inner().state();
        if (original == LeaseState.LOST) {
            end.compareAndSet(null, LeaseState.LOST);
        }
        LeaseState ended = end.get();
        return ended == null ? original : ended;
    }

    @Override
    public Duration remaining() {
        return isOver(this) ? Duration.ZERO : inner().remaining();
    }

    @Override
    public CompletableFuture<LeaseLost> lost() {
        return lost.copy();
    }

    @Override
    public void close() {
        if (state() != LeaseState.LOST) {
            end.compareAndSet(null, LeaseState.RELEASED);
        }
        giveBack();
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        close();
        return gone.copy();
    }

    @Override
    public String toString() {
        return "Lease[" + path() + ", token " + fencingToken() + ", " + state() + ']';
    }

    private void lose(LeaseLost why) {
        end.compareAndSet(null, LeaseState.LOST);
        if (end.get() != LeaseState.LOST) {
            return;
        }
        if (why.reason() == LeaseLost.Reason.TIME_RAN_OUT) {
            ClientRuntime.Cancellable later = runtime.schedule(grace, this::giveBack);
            gone.whenComplete((nothing, failure) -> later.cancel());
        } else {
            giveBack(); // the znode, or its session, is over
        }
        callbacks.execute(() -> lost.complete(why));
    }

    private void giveBack() {
        if (givenBack.compareAndSet(false, true)) {
            release.run();
        }
    }
}
