package io.pinfold.queue;

import io.pinfold.PinfoldException;
import io.pinfold.framework.Failures;
import io.pinfold.framework.LeaseState;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers that take items and have them handled, until closed. A worker has no thread of its own while it waits.
 *
 * <p>Thread-safe: the takes under way are a concurrent set; the last worker to end completes {@link #closeAsync()}.
 */
public final class Consumption implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Consumption.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final int DOUBLINGS_MAX = 10;

    private final Set<CompletableFuture<?>> takes = ConcurrentHashMap.newKeySet();
    private final AtomicInteger workers;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Duration firstPause;
    private final Executor handlers;
    private volatile boolean closed;
    private volatile @Nullable PinfoldException failure;

    private Consumption(int workers, Duration firstPause, Executor handlers) {
        this.workers = new AtomicInteger(workers);
        this.firstPause = firstPause;
        this.handlers = handlers;
    }

    static <T> Consumption start(
            WorkQueue<T> queue, int workers, Duration firstPause, Executor handlers, Handler<T> handler) {
        if (workers < 1) {
            throw new IllegalArgumentException("Wanted at least 1 worker, got " + workers);
        }
        Consumption consumption = new Consumption(workers, firstPause, handlers);
        for (int i = 0; i < workers; i++) {
            consumption.next(queue, handler);
        }
        return consumption;
    }

    /** {@return why it ended by itself, if it did: the client or the queue is closed, or the client may not use it} */
    public Optional<PinfoldException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Stops taking items. Does not block, and does not touch what is being handled. */
    @Override
    public void close() {
        closed = true;
        takes.forEach(take -> take.cancel(false));
    }

    /**
     * Stops taking items.
     *
     * @return completes when nothing is being handled any more, on the thread of the last worker; never fails
     */
    public CompletableFuture<Void> closeAsync() {
        close();
        return ended.copy();
    }

    private <T> void next(WorkQueue<T> queue, Handler<T> handler) {
        CompletableFuture<Delivery<T>> take = queue.takeAsync();
        takes.add(take);
        if (closed) {
            take.cancel(false);
        }
        take.whenComplete((delivery, trouble) -> {
            takes.remove(take);
            if (delivery != null) {
                handlers.execute(() -> handle(delivery, handler).whenComplete((nothing, lost) -> next(queue, handler)));
            } else {
                if (!closed) {
                    failure = Failures.causeOf(trouble);
                    LOG.warn("queue-consumption-ended path={}", queue.path(), trouble);
                }
                if (workers.decrementAndGet() == 0) {
                    ended.complete(null);
                }
            }
        });
    }

    /** {@return completes, one way or another, when the delivery has ended or is given back} */
    private <T> CompletableFuture<Void> handle(Delivery<T> delivery, Handler<T> handler) {
        try {
            handler.handle(delivery);
        } catch (RuntimeException e) {
            giveBack(delivery, e);
        }
        // Without blocking: the thread may be one that the answer needs.
        return isOpen(delivery)
                ? delivery.ackAsync().whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        giveBack(delivery, failure);
                    }
                })
                : CompletableFuture.completedFuture(null);
    }

    private void giveBack(Delivery<?> delivery, Throwable why) {
        LOG.warn("queue-handler-failed item={} delivery={}", delivery.id(), delivery.count(), why);
        int doublings = Math.max(0, Math.min(delivery.count() - 1, DOUBLINGS_MAX));
        Duration pause = firstPause.multipliedBy(1L << doublings);
        delivery.nack(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    }

    private static boolean isOpen(Delivery<?> delivery) {
        LeaseState state = delivery.state();
        return state == LeaseState.HELD || state == LeaseState.UNCERTAIN;
    }
}
