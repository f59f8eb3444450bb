package io.pinfold.locks;

import io.pinfold.PinfoldException;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Contention;
import io.pinfold.framework.Failures;
import io.pinfold.framework.Lease;
import io.pinfold.framework.PlaceTerms;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Those who want the same lock through the same object, behind one place on the server: who is done hands the place to the
 * next one here, so many times, and then gives it back to the others and queues again.
 *
 * <p>Confined to its progress, which runs on the client's callback executor; the answers are thread-safe.
 */
final class LocalQueue implements Acquirable<Lease> {
    private final RecipeClient client;
    private final PlaceTerms terms;
    private final int handOvers;
    private final HoldLimits limits;
    private final SerialExecutor progress;

    private final Deque<Guest> waiting = new ArrayDeque<>();
    private boolean askingPatiently;
    /** The attempt under way, and the place that somebody here has. Written by the progress, read by whoever gives up. */
    private volatile @Nullable Contention asking;

    private volatile @Nullable Lease place;
    private int handOversLeft;

    /**
     * Begins empty.
     *
     * @param handOvers how often a place may be handed on here
     */
    LocalQueue(RecipeClient client, PlaceTerms terms, int handOvers, HoldLimits limits) {
        this.client = client;
        this.terms = terms;
        this.handOvers = handOvers;
        this.limits = limits;
        this.progress = new SerialExecutor(client.runtime().callbackExecutor());
    }

    @Override
    public Lease acquire() throws InterruptedException {
        return enter(true).answer.await().orElseThrow();
    }

    @Override
    public Optional<Lease> tryAcquire() throws InterruptedException {
        return enter(false).answer.await();
    }

    @Override
    public Optional<Lease> tryAcquire(Duration timeout) throws InterruptedException {
        return enter(true).answer.within(timeout).await();
    }

    @Override
    public CompletableFuture<Lease> acquireAsync() {
        return enter(true).answer.future(Optional::orElseThrow);
    }

    @Override
    public CompletableFuture<Optional<Lease>> tryAcquireAsync(Duration timeout) {
        return enter(true).answer.within(timeout).future(lease -> lease);
    }

    private Guest enter(boolean patient) {
        Guest guest = new Guest(patient);
        progress.executeInline(() -> arrive(guest));
        return guest;
    }

    private void arrive(Guest guest) {
        boolean idle = place == null && asking == null;
        if (!idle && !guest.patient) {
            guest.answer.refuse();
            return;
        }
        waiting.add(guest);
        if (idle) {
            ask();
        }
    }

    /** One attempt for all who wait here; without waiting if the only one does not want to wait. */
    private void ask() {
        askingPatiently = waiting.stream().anyMatch(guest -> guest.patient);
        Contention attempt = askingPatiently
                ? Contention.enterInline(client, terms)
                : Contention.enterInlineWithoutWaiting(client, terms);
        asking = attempt;
        attempt.answered().whenComplete((lease, failure) -> progress.execute(() -> answered(attempt, lease, failure)));
    }

    private void answered(Contention attempt, @Nullable Optional<Lease> lease, @Nullable Throwable failure) {
        if (attempt != asking) {
            if (lease != null) {
                lease.ifPresent(Lease::close);
            }
            return;
        }
        asking = null;
        if (lease == null) {
            fail(Failures.causeOf(failure), askingPatiently);
        } else if (lease.isPresent()) {
            handOversLeft = handOvers;
            serve(lease.get());
        } else {
            refuse();
        }
    }

    /** Who did not want to wait is told; who came meanwhile, and does, begins now. */
    private void refuse() {
        waiting.stream().filter(guest -> !guest.patient).forEach(guest -> guest.answer.refuse());
        waiting.removeIf(guest -> !guest.patient);
        askIfWanted();
    }

    private void fail(PinfoldException cause, boolean everybody) {
        List<Guest> concerned =
                waiting.stream().filter(guest -> everybody || !guest.patient).toList();
        waiting.removeAll(concerned);
        concerned.forEach(guest -> guest.answer.fail(cause));
        askIfWanted();
    }

    private void serve(Lease granted) {
        Guest next = waiting.poll();
        if (next == null) {
            granted.close();
            return;
        }
        place = granted;
        next.reached = true;
        CompletableFuture<Void> over = new CompletableFuture<>();
        Lease turn = new DerivedLease(client, granted, () -> progress.executeInline(() -> leave(granted, over)), over);
        next.answer.give(limits.applyTo(turn, client));
    }

    /** A turn is over: somebody else here gets the place, if there is time left, or the server gets it back. */
    private void leave(Lease from, CompletableFuture<Void> over) {
        place = null;
        if (!waiting.isEmpty() && handOversLeft > 0 && from.isHeld()) {
            handOversLeft--;
            over.complete(null);
            serve(from);
        } else {
            from.closeAsync().thenRun(() -> over.complete(null));
            askIfWanted();
        }
    }

    private void askIfWanted() {
        if (!waiting.isEmpty()) {
            ask();
        }
    }

    private void withdraw(Guest guest) {
        Contention attempt = asking;
        if (waiting.remove(guest) && waiting.isEmpty() && attempt != null) {
            asking = null;
            attempt.withdraw();
        }
    }

    /** Somebody who wants the lock. Its answer is thread-safe; confined to the queue's progress but for that. */
    private final class Guest implements Answer.Work {
        private final boolean patient;
        private final Answer<Lease> answer;
        private volatile boolean reached;

        Guest(boolean patient) {
            this.patient = patient;
            this.answer = new Answer<>(client, terms.directory(), Lease::close, this);
        }

        @Override
        public boolean reached() {
            Contention attempt = asking;
            return reached || place != null || attempt != null && attempt.reached();
        }

        @Override
        public void withdraw() {
            progress.execute(() -> LocalQueue.this.withdraw(this));
        }
    }
}
