package io.pinfold.election;

import io.pinfold.LeaseLostException;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.RecipeClient;
import io.pinfold.election.TermEnd.Reason;
import io.pinfold.framework.Lease;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Campaigns and leads, again and again, until it is stopped. Needs no thread: whoever leads says when it has stopped.
 *
 * <p>Confined to {@code steps}; the state may be read by anybody.
 */
final class ElectionRun {
    private static final Logger LOG = LoggerFactory.getLogger(ElectionRun.class);
    private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
    private static final int PAUSE_DOUBLINGS_MAX = 6;

    private final RecipeClient client;
    private final ElectionSettings settings;
    private final TermLog log;
    private final LeaderTask task;
    private final Consumer<Throwable> onFailure;
    private final SerialExecutor steps;
    /** Completes when everything has stopped. */
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    /** Completes when, besides, no znode is left. */
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    private volatile ElectionState state = ElectionState.IDLE;
    private volatile @Nullable ElectedLeadership leading;

    private @Nullable Reason stopping;
    private @Nullable Candidacy candidacy;
    private ClientRuntime.@Nullable Cancellable pause;
    private int failures;

    ElectionRun(
            RecipeClient client,
            ElectionSettings settings,
            TermLog log,
            LeaderTask task,
            Consumer<Throwable> onFailure) {
        this.client = client;
        this.settings = settings;
        this.log = log;
        this.task = task;
        this.onFailure = onFailure;
        this.steps = new SerialExecutor(client.runtime().callbackExecutor());
    }

    /** {@return completes, on the steps, when this has stopped; exceptionally when campaigning is pointless} */
    CompletableFuture<Void> over() {
        return over;
    }

    /** {@return completes, on the steps, when this has stopped and no znode is left; never fails} */
    CompletableFuture<Void> gone() {
        return gone;
    }

    ElectionState state() {
        ElectedLeadership leader = leading;
        ElectionState known = state;
        return known == ElectionState.LEADING && leader != null && leader.isOver() ? ElectionState.REVOKED : known;
    }

    void start() {
        steps.executeInline(this::campaign);
    }

    /** Withdraws, or ends the term and waits for the leader to stop. */
    void stop(Reason why) {
        steps.execute(() -> {
            if (stopping != null || over.isDone()) {
                return;
            }
            stopping = why;
            if (candidacy != null) {
                candidacy.abandon();
            } else if (leading != null) {
                leading.end(why);
            } else if (pause != null) {
                pause.cancel();
                finish(CompletableFuture.completedFuture(null));
            }
        });
    }

    /** Ends the term, if there is one, and campaigns again when the leader has stopped. */
    void resign() {
        steps.execute(() -> {
            if (leading != null) {
                leading.end(Reason.RESIGNED);
            }
        });
    }

    /** {@return whether the term is ended in favour of the successor, who leads when this leader has stopped} */
    CompletableFuture<Boolean> transfer(String successor, Duration timeout) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        steps.execute(() -> {
            ElectedLeadership leader = leading;
            if (leader == null) {
                done.complete(false);
                return;
            }
            leader.prepareTransfer(successor, timeout)
                    .whenComplete((next, failure) -> steps.execute(() -> {
                        if (failure != null) {
                            done.completeExceptionally(Candidacy.unwrapped(failure));
                        } else {
                            boolean ours = next && leader == leading;
                            if (ours) {
                                leader.end(Reason.TRANSFERRED);
                            }
                            done.complete(ours);
                        }
                    }));
        });
        return done;
    }

    private void campaign() {
        state = ElectionState.CAMPAIGNING;
        Candidacy[] entered = new Candidacy[1];
        entered[0] = Candidacy.enter(
                client,
                settings,
                now -> steps.execute(() -> {
                    if (candidacy != null && candidacy == entered[0]) {
                        state = now;
                    }
                }));
        candidacy = entered[0];
        candidacy
                .settled()
                .whenComplete((lease, failure) -> steps.execute(() -> onSettled(entered[0], lease, failure)));
    }

    private void onSettled(Candidacy by, @Nullable Optional<Lease> lease, @Nullable Throwable failure) {
        candidacy = null;
        if (stopping != null) {
            if (lease != null) {
                lease.ifPresent(Lease::close);
            }
            finish(by.gone());
        } else if (lease != null) {
            lead(ElectedLeadership.begin(client, settings, log, lease.orElseThrow()));
        } else {
            RuntimeException cause = Candidacy.unwrapped(failure);
            onFailure.accept(cause);
            over.completeExceptionally(cause);
            finish(by.gone());
        }
    }

    private void finish(CompletableFuture<Void> deletion) {
        over.complete(null);
        deletion.whenComplete((nothing, never) -> gone.complete(null));
    }

    private void lead(ElectedLeadership leader) {
        leading = leader;
        state = ElectionState.LEADING;
        begin(leader).whenComplete((result, thrown) -> steps.execute(() -> onStopped(leader, thrown)));
    }

    private CompletableFuture<?> begin(ElectedLeadership leader) {
        try {
            return task.lead(leader).toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void onStopped(ElectedLeadership leader, @Nullable Throwable thrown) {
        leading = null;
        boolean wasTaken = leader.wasTaken();
        boolean well = thrown == null || wasTaken && causeOf(thrown) instanceof LeaseLostException;
        if (!well) {
            leader.end(Reason.BODY_FAILED);
        }
        leader.close();
        if (!well) {
            report(causeOf(thrown));
        }
        failures = well ? 0 : failures + 1;
        if (stopping != null) {
            finish(leader.closeAsync());
        } else if (failures == 0) {
            campaign();
        } else {
            pause();
        }
    }

    private void pause() {
        state = ElectionState.PAUSED;
        Duration wanted = PAUSE_FIRST.multipliedBy(1L << Math.min(failures - 1, PAUSE_DOUBLINGS_MAX));
        pause = client.runtime()
                .schedule(
                        wanted.compareTo(PAUSE_MAX) < 0 ? wanted : PAUSE_MAX,
                        () -> steps.execute(() -> {
                            pause = null;
                            if (stopping == null) {
                                campaign();
                            }
                        }));
    }

    private void report(Throwable thrown) {
        onFailure.accept(thrown);
        RuntimeException told = thrown instanceof RuntimeException known ? known : new CompletionException(thrown);
        try {
            settings.failureListener().accept(told);
        } catch (RuntimeException e) {
            LOG.error("election-listener-failed candidate={}", settings.candidate(), e);
        }
    }

    private static Throwable causeOf(@Nullable Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == null ? new IllegalStateException("A body ended in no way") : cause;
    }
}
