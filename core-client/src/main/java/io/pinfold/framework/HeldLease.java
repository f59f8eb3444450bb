package io.pinfold.framework;

import io.pinfold.Op;
import io.pinfold.client.ClientObserver;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.framework.LeaseLost.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A lease on an ephemeral znode. Its state is computed from the session at every call, so a process that was stopped
 * for a while cannot see an old answer; a timer that runs out with the session's remaining time makes {@link #lost()}
 * complete without anybody asking.
 *
 * <p>A lease whose time ran out may still have its znode, in a session that lives on. To delete it hands the place to
 * another at once, so the holder is told first: the znode goes when the holder closes the lost lease, or when the server
 * could have ended the session anyway.
 *
 * <p>Thread-safe: the end and the release are each decided once, by compare-and-set, by whoever comes first.
 */
final class HeldLease implements Lease {
    private static final Duration SHORTEST_TIMER = Duration.ofMillis(1);

    /** How the lease ended; without a reason it was given back. */
    private record End(@Nullable Reason reason) {
        LeaseState state() {
            return reason == null ? LeaseState.RELEASED : LeaseState.LOST;
        }

        ClientObserver.HoldEnd told() {
            return reason == null
                    ? ClientObserver.HoldEnd.RELEASED
                    : switch (reason) {
                        case TIME_RAN_OUT -> ClientObserver.HoldEnd.TIME_RAN_OUT;
                        case SESSION_EXPIRED -> ClientObserver.HoldEnd.SESSION_EXPIRED;
                        case NODE_DELETED -> ClientObserver.HoldEnd.NODE_DELETED;
                        case CLIENT_CLOSED -> ClientObserver.HoldEnd.CLIENT_CLOSED;
                    };
        }
    }

    private final String path;
    private final long czxid;
    private final Session session;
    private final long begunNanos;
    private final ClientRuntime runtime;
    private final Executor callbacks;
    /** Has the znode deleted; called once, see {@link #giveBack}. */
    private final Runnable release;

    private final AtomicBoolean givenBack = new AtomicBoolean();
    /** Completes when the znode, or its session, is gone. */
    private final CompletableFuture<Void> gone;

    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
    private final CompletableFuture<LeaseLost> lost = new CompletableFuture<>();
    /** Set by whoever arms the timer, cancelled by whoever ends the lease; a timer that slips through does no harm. */
    private volatile ClientRuntime.@Nullable Cancellable timer;

    HeldLease(
            String path,
            long czxid,
            Session session,
            ClientRuntime runtime,
            Runnable release,
            CompletableFuture<Void> gone) {
        this.path = path;
        this.czxid = czxid;
        this.session = session;
        this.runtime = runtime;
        this.callbacks = new SerialExecutor(runtime.callbackExecutor());
        this.release = release;
        this.gone = gone;
        this.begunNanos = runtime.nanoTime();
        runtime.observer().leaseBegan(path, czxid);
    }

    /** Looks at the clock, and sees to it that somebody looks again when the time runs out. */
    void watchClock() {
        LeaseState state = state();
        if (state == LeaseState.HELD || state == LeaseState.UNCERTAIN) {
            Duration left = session.remaining();
            timer = runtime.schedule(left.compareTo(SHORTEST_TIMER) < 0 ? SHORTEST_TIMER : left, this::watchClock);
        }
    }

    /** Somebody else deleted the znode. */
    void nodeDeleted() {
        lose(Reason.NODE_DELETED);
    }

    /** The recipe gives its holders only so much time. */
    void timeUp() {
        lose(Reason.TIME_RAN_OUT);
    }

    @Override
    public long fencingToken() {
        return czxid;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public LeaseState state() {
        End ended = end.get();
        if (ended != null) {
            return ended.state();
        }
        // The time is asked for before the state: a session that ends in between is noticed at least here.
        boolean timeLeft = !session.remaining().isZero();
        SessionState now = session.state();
        if (now == SessionState.EXPIRED) {
            return lose(Reason.SESSION_EXPIRED);
        }
        if (now == SessionState.CLOSED) {
            return lose(Reason.CLIENT_CLOSED);
        }
        if (!timeLeft) {
            return lose(Reason.TIME_RAN_OUT);
        }
        return now == SessionState.CONNECTED ? LeaseState.HELD : LeaseState.UNCERTAIN;
    }

    @Override
    public Duration remaining() {
        LeaseState state = state();
        return state == LeaseState.HELD || state == LeaseState.UNCERTAIN ? session.remaining() : Duration.ZERO;
    }

    @Override
    public CompletableFuture<LeaseLost> lost() {
        return lost.copy();
    }

    @Override
    public Op check() {
        return Op.check(path);
    }

    @Override
    public void close() {
        if (state() != LeaseState.LOST) {
            end(new End(null));
        }
        giveBack();
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        close();
        return gone.thenRunAsync(() -> {}, callbacks); // it may complete in the midst of the client's work
    }

    @Override
    public String toString() {
        return "Lease[" + path + ", token " + czxid + ", " + state() + ']';
    }

    private LeaseState lose(Reason reason) {
        if (end(new End(reason))) {
            LeaseLost why = new LeaseLost(path, czxid, reason);
            if (reason == Reason.TIME_RAN_OUT) {
                callbacks.execute(this::giveBackWhenTheMarginIsOver);
            } else {
                giveBack(); // the znode, or its session, is over
            }
            callbacks.execute(() -> lost.complete(why));
        }
        End ended = end.get();
        return ended == null ? LeaseState.LOST : ended.state();
    }

    /** No margin is longer than half of the timeout: by then the server could have ended the session by itself. */
    private void giveBackWhenTheMarginIsOver() {
        ClientRuntime.Cancellable later = runtime.schedule(session.timeout().dividedBy(2), this::giveBack);
        gone.whenComplete((nothing, failure) -> later.cancel());
    }

    private void giveBack() {
        if (givenBack.compareAndSet(false, true)) {
            release.run();
        }
    }

    private boolean end(End ending) {
        if (!end.compareAndSet(null, ending)) {
            return false;
        }
        Duration took = Duration.ofNanos(runtime.nanoTime() - begunNanos);
        runtime.observer().leaseEnded(new ClientObserver.Hold(path, czxid, took, ending.told()));
        ClientRuntime.Cancellable armed = timer;
        if (armed != null) {
            armed.cancel();
        }
        return true;
    }
}
