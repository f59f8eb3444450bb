package io.pinfold.framework;

import io.pinfold.ClientClosedException;
import io.pinfold.ConnectionLostException;
import io.pinfold.PinfoldException;
import io.pinfold.ZnodePath;
import io.pinfold.client.Blocking;
import io.pinfold.client.ClientObserver;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to get a place in a queue of ephemeral sequential znodes; locks and elections are made of these. It goes
 * on in the background from {@link #enter} until its caller has a lease, no for an answer, or no interest any more; and
 * then, in the background, until the znode of a contender that got no lease is deleted.
 *
 * <p>An uncontended place costs one round trip: creation and listing leave in one flush. A waiting contender keeps two
 * watches, on its own znode and on the one before it.
 *
 * <p>Thread-safe: the contender's steps run one at a time, on whatever thread brings the news; who answers the caller
 * is decided by {@code settled}, which completes once.
 */
public final class Contention {
    /** As good as for ever, and can be counted in nanoseconds. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

    private final RecipeClient client;
    private final PlaceTerms terms;
    private final Contender contender;
    private final ContenderCalls calls;
    private final SerialExecutor progress;
    /** Completed by the progress, by the deadline or by the caller's loss of interest, whichever comes first. */
    private final CompletableFuture<Optional<Lease>> settled = new CompletableFuture<>();
    /** Completes when no znode of this contention is left. */
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    /** Whether a server answered during this attempt. Written by the progress, read by whoever ends the waiting. */
    private volatile boolean reached;

    // Confined to the progress.
    private @Nullable HeldLease lease;
    private byte @Nullable [] unseenData;
    private @Nullable Subscription listening;
    /**
     * What the contender is to hear of a grant that could not be taken: before anything else, for it takes itself for the holder
     * until then, and whoever holds is not told of the end of the session or of the client.
     */
    private ContenderCalls.@Nullable Input untaken;

    private Contention(RecipeClient client, PlaceTerms terms, boolean patient, Executor steps) {
        this.client = client;
        this.terms = terms;
        this.contender = new Contender(terms.names(), terms.ranking(), patient, client.runtime()::newGuid);
        this.progress = new SerialExecutor(steps);
        this.calls = new ContenderCalls(
                client.async(progress), client.runtime(), terms, contender, this::step, new CallersOutcome());
    }

    /**
     * Begins an attempt that waits, through other holders, outages and lost sessions, for as long as it takes.
     *
     * @param client the client whose session shall own the place
     * @param terms what place
     * @return the attempt, under way
     */
    public static Contention enter(RecipeClient client, PlaceTerms terms) {
        return begin(client, terms, true, client.runtime().callbackExecutor());
    }

    /**
     * Begins an attempt that ends with the first listing or the first failure.
     *
     * @param client the client whose session shall own the place
     * @param terms what place
     * @return the attempt, under way
     */
    public static Contention enterWithoutWaiting(RecipeClient client, PlaceTerms terms) {
        return begin(client, terms, false, client.runtime().callbackExecutor());
    }

    /**
     * As {@link #enter}, with the attempt's own steps in whatever thread brings the news. That saves a change of threads for
     * each of them, which is most of what a place costs a busy process.
     *
     * <p>For recipes that have nothing of a user's in the listeners of the terms, nor in what depends on {@link #answered()}
     * and {@link #gone()}: these then run in the midst of the client's work, and must be short and never block.
     *
     * @param client the client whose session shall own the place
     * @param terms what place
     * @return the attempt, under way
     */
    public static Contention enterInline(RecipeClient client, PlaceTerms terms) {
        return begin(client, terms, true, Runnable::run);
    }

    /**
     * As {@link #enterWithoutWaiting}, with the attempt's own steps as {@link #enterInline} has them.
     *
     * @param client the client whose session shall own the place
     * @param terms what place
     * @return the attempt, under way
     */
    public static Contention enterInlineWithoutWaiting(RecipeClient client, PlaceTerms terms) {
        return begin(client, terms, false, Runnable::run);
    }

    private static Contention begin(RecipeClient client, PlaceTerms terms, boolean patient, Executor steps) {
        Contention contention = new Contention(client, terms, patient, steps);
        contention.tellWhenOver();
        contention.progress.executeInline(() -> {
            contention.listening = client.addSessionListener(contention::onSession, contention.progress);
            contention.perform(contention.contender.enter());
        });
        return contention;
    }

    /**
     * Waits for the answer.
     *
     * @return the lease, or empty if the attempt was not to wait and somebody else holds the place
     * @throws InterruptedException if the thread is interrupted; the attempt is withdrawn
     */
    public Optional<Lease> await() throws InterruptedException {
        try {
            Blocking.failIfInterrupted();
            return Blocking.get(settled);
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        } catch (InterruptedException e) {
            abandon();
            throw e;
        }
    }

    /**
     * Waits for the answer for some time.
     *
     * @param timeout how long at most; when it is over the attempt is withdrawn
     * @return the lease, or empty if the place was not to be had in time
     * @throws ConnectionLostException if no server answered in all that time
     * @throws InterruptedException if the thread is interrupted; the attempt is withdrawn
     */
    public Optional<Lease> await(Duration timeout) throws InterruptedException {
        try {
            Blocking.failIfInterrupted();
            return Blocking.get(settled, nanosOf(timeout));
        } catch (TimeoutException e) {
            expire(timeout);
            return await();
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        } catch (InterruptedException e) {
            abandon();
            throw e;
        }
    }

    /**
     * {@return a future of the answer, which completes on the client's callback executor; cancelling it, or completing
     * it otherwise, withdraws the attempt}
     *
     * @param wrap makes the caller's kind of answer
     * @param <T> the caller's kind of answer
     */
    public <T> CompletableFuture<T> answer(Function<Optional<Lease>, T> wrap) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        // On a serial executor for the sake of one that was shut down: the answer must not be lost then.
        SerialExecutor callbacks = new SerialExecutor(client.runtime().callbackExecutor());
        settled.whenComplete((held, failure) -> callbacks.execute(() -> {
            if (failure != null) {
                answer.completeExceptionally(unwrapped(failure));
            } else if (!answer.complete(wrap.apply(held))) {
                held.ifPresent(Lease::close);
            }
        }));
        answer.whenComplete((result, failure) -> withdraw());
        return answer;
    }

    /**
     * {@return the answer as it is decided, for recipes that are made of several attempts}
     *
     * <p>It completes in between the attempt's own steps: what depends on it must be quick, and none of a user's code.
     * Cancelling it has no effect on the attempt. Who gets a lease that nobody wants any more has to close it.
     */
    public CompletableFuture<Optional<Lease>> answered() {
        return settled.copy();
    }

    /**
     * Ends the waiting after some time, if it did not end before.
     *
     * @param timeout how long at most; then the answer is empty, or {@link ConnectionLostException} if no server
     *     answered in all that time
     * @return this attempt
     */
    public Contention within(Duration timeout) {
        var timer = client.runtime().schedule(bounded(timeout), () -> expire(timeout));
        settled.whenComplete((held, failure) -> timer.cancel());
        return this;
    }

    /** Ends the attempt, if it has no answer yet, and has its znode deleted in the background. Does not block. */
    public void withdraw() {
        if (settled.cancel(false)) {
            step(contender::withdraw);
        }
    }

    /** Withdraws for a caller that takes no answer any more, not even one that came this moment. */
    void abandon() {
        withdraw();
        settled.thenAccept(held -> held.ifPresent(Lease::close));
    }

    /** {@return whether a server answered during this attempt} */
    public boolean reached() {
        return reached;
    }

    /** {@return completes when no znode of this attempt, nor of its lease, is left on the server} */
    public CompletableFuture<Void> gone() {
        return gone.copy();
    }

    /**
     * Ends the waiting now, because the time is over, if it did not end before. Does not block.
     *
     * @param timeout how long the caller waited; the answer is empty, or {@link ConnectionLostException} if no server
     *     answered in all that time
     */
    public void expire(Duration timeout) {
        boolean first = reached
                ? settled.complete(Optional.empty())
                : settled.completeExceptionally(new ConnectionLostException(
                        terms.directory(), "No server answered for " + timeout.toMillis() + " ms"));
        if (first) {
            step(contender::withdraw);
        }
    }

    private void tellWhenOver() {
        long begun = client.runtime().nanoTime();
        settled.whenComplete((held, failure) -> {
            Duration took = Duration.ofNanos(client.runtime().nanoTime() - begun);
            boolean granted = held != null && held.isPresent();
            client.runtime().observer().waited(new ClientObserver.Waiting(terms.directory(), took, granted));
        });
    }

    /** An input of the contender, in its turn. */
    private void step(ContenderCalls.Input input) {
        progress.executeInline(() -> perform(input.tell()));
    }

    private void perform(List<ContenderAction> actions) {
        for (ContenderAction action : actions) {
            action.perform(calls);
        }
        ContenderCalls.Input next = untaken;
        untaken = null;
        if (next != null) {
            perform(next.tell());
        }
    }

    private void onSession(Session session, SessionState state) {
        switch (state) {
            case CONNECTED -> step(contender::sessionResumed);
            case SUSPENDED -> {}
            case EXPIRED -> {
                step(() -> contender.sessionExpired(session.id()));
                lookAtLease();
            }
            case CLOSED -> {
                step(() -> contender.closed(new ClientClosedException(terms.directory(), "The client was closed")));
                lookAtLease();
            }
        }
    }

    private void giveBack(String name, Session owner) {
        SessionState state = owner.state();
        if (state == SessionState.CONNECTED || state == SessionState.SUSPENDED) {
            calls.giveBack(name);
        }
        step(contender::withdraw);
    }

    private void lookAtLease() {
        progress.executeInline(() -> {
            if (lease != null) {
                lease.state();
            }
        });
    }

    private static RuntimeException unwrapped(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException known) {
            return known;
        }
        throw new IllegalStateException("An attempt ended in an unexpected way", failure);
    }

    private static Duration bounded(Duration timeout) {
        return timeout.compareTo(LONGEST_WAIT) < 0 ? timeout : LONGEST_WAIT;
    }

    private static long nanosOf(Duration timeout) {
        return bounded(timeout).toNanos();
    }

    /** What the contender achieves, turned into the caller's answer. Confined to the progress. */
    private final class CallersOutcome implements ContenderCalls.Outcome {
        @Override
        public void reached() {
            reached = true;
        }

        @Override
        public void grant(String name, long czxid, long owner) {
            Session session = client.session();
            if (session.id() != owner) {
                untaken = contender::grantStale;
            } else if (session.remaining().isZero()) {
                untaken = contender::grantDoubted;
            } else {
                take(new HeldLease(
                        ZnodePath.child(terms.directory(), name),
                        czxid,
                        session,
                        client.runtime(),
                        () -> giveBack(name, session),
                        gone));
            }
        }

        private void take(HeldLease granted) {
            lease = granted;
            if (settled.complete(Optional.of(granted))) {
                granted.watchClock();
                tellOfData();
            } else {
                granted.close();
            }
        }

        @Override
        public void refuse() {
            settled.complete(Optional.empty());
        }

        @Override
        public void fail(PinfoldException cause) {
            settled.completeExceptionally(cause);
        }

        @Override
        public void lose() {
            if (lease != null) {
                lease.nodeDeleted();
            }
        }

        @Override
        public void dataChanged(byte[] data) {
            unseenData = data;
            tellOfData();
        }

        @Override
        public void predecessorRead(byte[] data) {
            terms.onPredecessorRead().accept(data);
        }

        private void tellOfData() {
            byte[] data = unseenData;
            if (lease != null && data != null) {
                unseenData = null;
                terms.onDataChanged().accept(lease, data);
            }
        }

        @Override
        public void done(CompletableFuture<Void> deletion) {
            if (listening != null) {
                listening.close();
            }
            deletion.whenComplete((nothing, failure) -> gone.complete(null));
        }
    }
}
