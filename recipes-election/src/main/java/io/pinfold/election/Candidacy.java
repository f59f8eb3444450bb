package io.pinfold.election;

import io.pinfold.client.Blocking;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Contention;
import io.pinfold.framework.Lease;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One wish to be elected, made of as many attempts as it takes: a candidate leaves the queue while it is not healthy, and
 * goes to its end when the leader wants another one next.
 *
 * <p>Thread-safe: who answers is decided by {@code settled}, which completes once; the rest is confined to {@code steps}.
 */
final class Candidacy {
    /** As good as for ever, and can be counted in nanoseconds. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

    /** One stay in the queue. Thread-safe. */
    private static final class Attempt {
        private volatile boolean left;
        private @Nullable Contention contention;
    }

    private final RecipeClient client;
    private final ElectionSettings settings;
    private final Consumer<ElectionState> onState;
    private final SerialExecutor steps;
    private final CompletableFuture<Optional<Lease>> settled = new CompletableFuture<>();
    /** Completes when no znode of a candidacy that was withdrawn is left. */
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    private volatile @Nullable Contention current;
    private volatile boolean expired;

    // Confined to the steps.
    private @Nullable Attempt attempt;
    private boolean leaving;
    private boolean unhealthy;
    private @Nullable Subscription gate;

    private Candidacy(RecipeClient client, ElectionSettings settings, Consumer<ElectionState> onState) {
        this.client = client;
        this.settings = settings;
        this.onState = onState;
        this.steps = new SerialExecutor(client.runtime().callbackExecutor());
        settled.whenComplete((lease, failure) -> steps.execute(this::cleanUp));
    }

    /**
     * {@return a candidacy, under way}
     *
     * @param onState told whether it campaigns or waits to be healthy; quick, and called in between its steps
     */
    static Candidacy enter(RecipeClient client, ElectionSettings settings, Consumer<ElectionState> onState) {
        Candidacy candidacy = new Candidacy(client, settings, onState);
        candidacy.steps.executeInline(candidacy::begin);
        return candidacy;
    }

    /** {@return the lease, or nothing if the time was over; in between the steps: quick, and no code of users} */
    CompletableFuture<Optional<Lease>> settled() {
        return settled;
    }

    /** {@return completes when no znode of this, nor of its lease, is left} */
    CompletableFuture<Void> gone() {
        return gone;
    }

    Optional<Lease> await() throws InterruptedException {
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

    Optional<Lease> await(Duration timeout) throws InterruptedException {
        try {
            Blocking.failIfInterrupted();
            return Blocking.get(settled, bounded(timeout).toNanos());
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

    /** {@return the answer for a user, who withdraws by cancelling it or completing it otherwise} */
    <T> CompletableFuture<T> answer(Function<Optional<Lease>, T> wrap) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        SerialExecutor callbacks = new SerialExecutor(client.runtime().callbackExecutor());
        settled.whenComplete((held, failure) -> callbacks.execute(() -> {
            if (failure != null) {
                answer.completeExceptionally(unwrapped(failure));
            } else if (!answer.complete(wrap.apply(held))) {
                held.ifPresent(Lease::close);
            }
        }));
        answer.whenComplete((result, failure) -> settled.cancel(false));
        return answer;
    }

    /** Ends the waiting, if it did not end before, because the election is over. */
    void refuse(RuntimeException why) {
        settled.completeExceptionally(why);
    }

    /** Withdraws for a caller that takes no answer any more, not even one that came this moment. */
    void abandon() {
        settled.cancel(false);
        settled.thenAccept(held -> held.ifPresent(Lease::close));
    }

    /** Ends the waiting after some time, if it did not end before. */
    Candidacy within(Duration timeout) {
        ClientRuntime.Cancellable timer = client.runtime().schedule(bounded(timeout), () -> expire(timeout));
        settled.whenComplete((held, failure) -> timer.cancel());
        return this;
    }

    private void expire(Duration timeout) {
        expired = true; // for an attempt that is just being given up, and would be followed by another
        Contention waiting = current;
        if (waiting != null) {
            waiting.expire(timeout);
        } else {
            settled.complete(Optional.empty());
        }
    }

    // Everything below is confined to the steps.

    private void begin() {
        if (settings.handicap().isZero()) {
            open();
        } else {
            ClientRuntime.Cancellable late =
                    client.runtime().schedule(settings.handicap(), () -> steps.execute(this::open));
            settled.whenComplete((lease, failure) -> late.cancel());
        }
    }

    private void open() {
        if (settled.isDone()) {
            return; // it was withdrawn while it let others go first
        }
        if (settings.health() == null) {
            enter();
        } else {
            gate = HealthGate.watch(
                    client.runtime(),
                    settings.health(),
                    settings.healthInterval(),
                    healthy -> steps.execute(() -> onHealth(healthy)));
        }
    }

    private void enter() {
        if (settled.isDone() || attempt != null || leaving || unhealthy) {
            return;
        }
        if (expired) {
            settled.complete(Optional.empty());
            return;
        }
        onState.accept(ElectionState.CAMPAIGNING);
        Attempt begun = new Attempt();
        attempt = begun;
        Contention contention = Contention.enter(
                client,
                settings.terms().withOnPredecessorRead(data -> steps.execute(() -> onPredecessor(begun, data))));
        begun.contention = contention;
        current = contention;
        contention.answered().whenComplete((lease, failure) -> onAnswer(begun, lease, failure));
    }

    private void onAnswer(Attempt answered, @Nullable Optional<Lease> lease, @Nullable Throwable failure) {
        if (lease != null) {
            if (!settled.complete(lease)) {
                lease.ifPresent(Lease::close);
            }
        } else if (!answered.left) {
            settled.completeExceptionally(unwrapped(failure));
        }
    }

    private void onPredecessor(Attempt waiting, byte[] data) {
        String successor = Announcement.of(data).successor();
        if (waiting == attempt && !successor.isEmpty() && !successor.equals(settings.candidate())) {
            leave(); // the leader wants somebody else to be next
        }
    }

    private void onHealth(boolean healthy) {
        unhealthy = !healthy;
        if (healthy) {
            enter();
        } else if (!settled.isDone()) {
            onState.accept(ElectionState.UNHEALTHY);
            leave();
        }
    }

    /** Leaves the queue, and enters it again at its end when nothing of this stay is left. */
    private void leave() {
        Attempt over = attempt;
        if (over == null || over.contention == null || settled.isDone()) {
            return;
        }
        attempt = null;
        current = null;
        leaving = true;
        over.left = true;
        over.contention.withdraw();
        over.contention
                .gone()
                .thenRun(() -> steps.execute(() -> {
                    leaving = false;
                    if (settled.isDone()) {
                        gone.complete(null);
                    } else {
                        enter();
                    }
                }));
    }

    private void cleanUp() {
        if (gate != null) {
            gate.close();
        }
        if (attempt != null && attempt.contention != null) {
            attempt.left = true;
            attempt.contention.withdraw(); // without effect if it has its lease
            attempt.contention.gone().thenRun(() -> gone.complete(null));
        } else if (!leaving) {
            gone.complete(null);
        }
    }

    private static Duration bounded(Duration timeout) {
        return timeout.compareTo(LONGEST_WAIT) < 0 ? timeout : LONGEST_WAIT;
    }

    static RuntimeException unwrapped(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RuntimeException known) {
            return known;
        }
        throw new IllegalStateException("A candidacy ended in an unexpected way", failure);
    }
}
