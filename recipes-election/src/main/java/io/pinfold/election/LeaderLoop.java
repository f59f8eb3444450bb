package io.pinfold.election;

import io.pinfold.LeaseLostException;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Contention;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Campaigns and leads, in one thread, until it is closed. Interrupts that thread only while the body runs and only for
 * that body's term; all of that is decided under the lock.
 *
 * <p>Thread-safe.
 */
final class LeaderLoop {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderLoop.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);
    private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    private final RecipeClient client;
    private final Supplier<Contention> campaigns;
    private final String candidate;
    private final LeaseState revokeOn;
    private final Consumer<RuntimeException> failureListener;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private ElectionState state = ElectionState.IDLE;
    private @Nullable Throwable failure;
    private boolean closed;
    private @Nullable Thread runner;
    private @Nullable Contention campaign;
    /** The leadership whose body runs. */
    private @Nullable Leadership leading;
    /** Whether this loop interrupted the running body. */
    private boolean interrupted;

    LeaderLoop(
            RecipeClient client,
            Supplier<Contention> campaigns,
            String candidate,
            LeaseState revokeOn,
            Consumer<RuntimeException> failureListener) {
        this.client = client;
        this.campaigns = campaigns;
        this.candidate = candidate;
        this.revokeOn = revokeOn;
        this.failureListener = failureListener;
    }

    void run(LeaderBody body) throws InterruptedException {
        begin();
        try {
            int failures = 0;
            while (true) {
                Optional<Lease> lease = campaign();
                if (lease.isEmpty()) {
                    return;
                }
                failures = lead(body, new LeaseLeadership(lease.get(), candidate)) ? 0 : failures + 1;
                pause(failures);
            }
        } finally {
            end();
        }
    }

    ElectionState state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    Optional<Throwable> failure() {
        lock.lock();
        try {
            return Optional.ofNullable(failure);
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            if (campaign != null) {
                campaign.withdraw();
            }
            if (leading != null) {
                interrupt(leading);
            }
            if (runner == null) {
                state = ElectionState.CLOSED;
            }
            changed.signalAll();
            long left = CLOSE_WAIT.toNanos();
            while (runner != null && runner != Thread.currentThread() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void begin() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The election is closed");
            }
            if (runner != null) {
                throw new IllegalStateException("The election runs already, in thread " + runner.getName());
            }
            runner = Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            runner = null;
            campaign = null;
            state = closed ? ElectionState.CLOSED : ElectionState.IDLE;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the lease, or nothing when the loop was closed. */
    private Optional<Lease> campaign() throws InterruptedException {
        Contention entered;
        lock.lock();
        try {
            if (closed) {
                return Optional.empty();
            }
            state = ElectionState.CAMPAIGNING;
            entered = campaigns.get();
            campaign = entered;
        } finally {
            lock.unlock();
        }
        try {
            return entered.await();
        } catch (CancellationException e) {
            return Optional.empty(); // only close() withdraws
        } catch (RuntimeException e) {
            remember(e);
            throw e;
        }
    }

    /** Runs the body for one term; returns whether it ended well. */
    private boolean lead(LeaderBody body, Leadership leadership) throws InterruptedException {
        if (!enterBody(leadership)) {
            leadership.close();
            return true;
        }
        Subscription watching = watch(leadership);
        boolean endedByUs = false;
        RuntimeException thrown = null;
        try {
            body.lead(leadership);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            thrown = e;
        } finally {
            endedByUs = leaveBody();
            watching.close();
            leadership.close();
        }
        if (Thread.interrupted() && !endedByUs) {
            throw new InterruptedException();
        }
        boolean well = thrown == null || endedByUs && thrown instanceof LeaseLostException;
        if (!well) {
            report(thrown);
        }
        return well;
    }

    private boolean enterBody(Leadership leadership) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            campaign = null;
            leading = leadership;
            interrupted = false;
            state = ElectionState.LEADING;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** From here on nobody interrupts any more; returns whether somebody did. */
    private boolean leaveBody() {
        lock.lock();
        try {
            leading = null;
            return interrupted;
        } finally {
            lock.unlock();
        }
    }

    /** Sees to it that the body is interrupted when the leadership ends. */
    private Subscription watch(Leadership leadership) {
        SerialExecutor ordered = new SerialExecutor(client.runtime().callbackExecutor());
        leadership.lost().thenRunAsync(() -> revoke(leadership), ordered);
        if (revokeOn == LeaseState.LOST) {
            return () -> {};
        }
        Subscription listening = client.addSessionListener(
                (session, now) -> {
                    if (now != SessionState.CONNECTED) {
                        revoke(leadership);
                    }
                },
                ordered);
        if (!leadership.isHeld()) {
            revoke(leadership);
        }
        return listening;
    }

    private void revoke(Leadership leadership) {
        lock.lock();
        try {
            if (leading == leadership) {
                state = ElectionState.REVOKED;
                interrupt(leadership);
            }
        } finally {
            lock.unlock();
        }
    }

    private void interrupt(Leadership leadership) {
        if (leading == leadership && runner != null && !interrupted) {
            interrupted = true;
            runner.interrupt();
        }
    }

    private void report(RuntimeException thrown) {
        remember(thrown);
        try {
            failureListener.accept(thrown);
        } catch (RuntimeException e) {
            LOG.error("election failure-listener-failed candidate={}", candidate, e);
        }
    }

    private void remember(RuntimeException thrown) {
        lock.lock();
        try {
            failure = thrown;
        } finally {
            lock.unlock();
        }
    }

    private void pause(int failures) throws InterruptedException {
        if (failures == 0) {
            return;
        }
        Duration wanted = PAUSE_FIRST.multipliedBy(1L << Math.min(failures - 1, 10));
        long left = wanted.compareTo(PAUSE_MAX) < 0 ? wanted.toNanos() : PAUSE_MAX.toNanos();
        lock.lock();
        try {
            state = ElectionState.PAUSED;
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
