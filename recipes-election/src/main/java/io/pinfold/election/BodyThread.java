package io.pinfold.election;

import io.pinfold.client.Blocking;
import io.pinfold.election.TermEnd.Reason;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The thread that called {@link LeaderElection#run}, and runs the body of each term. It is interrupted only while a body
 * runs and only for that body's term; all of that is decided under the lock.
 *
 * <p>Thread-safe.
 */
final class BodyThread {
    /** A term whose body is to run. */
    private record Term(ElectedLeadership leadership, CompletableFuture<Void> stopped) {}

    private final Thread thread = Thread.currentThread();
    private final LeaderBody body;
    /** Terms; nothing when there will be no more. */
    private final Queue<Optional<Term>> terms = new ConcurrentLinkedQueue<>();

    /** Completes when there may be one; replaced by the thread itself. */
    private volatile CompletableFuture<Void> more = new CompletableFuture<>();

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private boolean gone;
    private @Nullable Term running;
    private boolean interrupted;

    BodyThread(LeaderBody body) {
        this.body = body;
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** {@return completes when the body of this term has returned; any thread} */
    CompletableFuture<Void> lead(Leadership leadership) {
        Term term = new Term((ElectedLeadership) leadership, new CompletableFuture<>());
        lock.lock();
        try {
            if (gone) {
                term.stopped().complete(null);
            } else {
                add(Optional.of(term));
                leadership.ended().thenRun(() -> interrupt(term));
            }
        } finally {
            lock.unlock();
        }
        return term.stopped();
    }

    /** There will be no more terms; any thread. */
    void noMore() {
        add(Optional.empty());
    }

    private void add(Optional<Term> term) {
        terms.add(term);
        more.complete(null);
    }

    /** Who looks before it waits, and after it replaced what it waits for, misses nothing. */
    private Optional<Term> take() throws InterruptedException {
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Optional<Term> next = terms.poll();
            if (next != null) {
                return next;
            }
            try {
                Blocking.get(more);
            } catch (ExecutionException e) {
                throw new IllegalStateException("Nothing completes this with a failure", e);
            }
            more = new CompletableFuture<>();
        }
    }

    /** Runs bodies until there are no more terms; in the thread itself. */
    void serve(ElectionRun run) throws InterruptedException {
        try {
            for (Optional<Term> next = take(); next.isPresent(); next = take()) {
                perform(run, next.get());
            }
        } catch (InterruptedException e) {
            run.stop(Reason.INTERRUPTED);
            throw e;
        } finally {
            leave();
        }
    }

    private void leave() {
        lock.lock();
        try {
            gone = true;
        } finally {
            lock.unlock();
        }
        terms.forEach(waiting -> waiting.ifPresent(term -> term.stopped().complete(null)));
    }

    private void perform(ElectionRun run, Term term) throws InterruptedException {
        begin(term);
        RuntimeException thrown = null;
        boolean ended = false;
        boolean interruptedByOthers = false;
        try {
            body.lead(term.leadership());
            ended = true;
        } catch (InterruptedException e) {
            ended = true;
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            ended = true;
            thrown = e;
        } finally {
            boolean interruptedByUs = end();
            interruptedByOthers = Thread.interrupted() && !interruptedByUs;
            if (!ended || interruptedByOthers) { // not ended: by an error, which ends the thread as well
                run.stop(ended ? Reason.INTERRUPTED : Reason.BODY_FAILED);
            }
            if (thrown == null) {
                term.stopped().complete(null);
            } else {
                term.stopped().completeExceptionally(thrown);
            }
        }
        if (interruptedByOthers) {
            throw new InterruptedException();
        }
    }

    private void begin(Term term) {
        lock.lock();
        try {
            running = term;
            interrupted = false;
        } finally {
            lock.unlock();
        }
        if (term.leadership().wasTaken()) {
            interrupt(term);
        }
    }

    /** From here on nobody interrupts any more; returns whether somebody did. */
    private boolean end() {
        lock.lock();
        try {
            running = null;
            return interrupted;
        } finally {
            lock.unlock();
        }
    }

    /** Not for a leader that gave its place back itself: it knows. */
    private void interrupt(Term term) {
        lock.lock();
        try {
            if (running == term && !interrupted && term.leadership().wasTaken()) {
                interrupted = true;
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }
}
