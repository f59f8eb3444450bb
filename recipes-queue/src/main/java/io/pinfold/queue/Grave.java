package io.pinfold.queue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Where the dead letters of a queue go: a queue that is made when it is needed. Thread-safe: by a lock. */
final class Grave<T> {
    private final QueueTerms<T> terms;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private @Nullable WorkQueue<T> queue;
    private boolean closed;

    /**
     * Makes an empty one.
     *
     * @param terms those of the queue whose letters they are
     */
    Grave(QueueTerms<T> terms) {
        this.terms = terms;
    }

    WorkQueue<T> queue() {
        lock.lock();
        try {
            WorkQueue<T> made = queue;
            if (made == null) {
                made = new WorkQueue<>(terms.ofDeadLetters());
                queue = made;
                if (closed) {
                    made.close();
                }
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a claimed item; gives it back if that fails. */
    CompletableFuture<Void> take(Claim claim, String reason) {
        Envelope envelope = claim.content().envelope().died(reason);
        CompletableFuture<Void> taken = queue().take(claim, envelope, PutOptions.priority(claim.priority()));
        taken.whenComplete((nothing, failure) -> {
            if (failure != null) {
                claim.giveBack(terms.redeliveryPause());
            }
        });
        return taken;
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            if (queue != null) {
                queue.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
