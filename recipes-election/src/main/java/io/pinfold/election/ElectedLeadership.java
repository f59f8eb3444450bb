package io.pinfold.election;

import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.client.Blocking;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
import io.pinfold.election.TermEnd.Reason;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A leadership: a lease, and what else can end a term. Thread-safe: the end is decided once, by compare-and-set, by
 * whoever comes first.
 */
final class ElectedLeadership implements Leadership {
    private final RecipeClient client;
    private final ElectionSettings settings;
    private final TermLog log;
    private final Lease lease;
    private final long begunNanos;
    /** Changes of the znode, and hand-overs. */
    private final SerialExecutor steps;

    private final SerialExecutor callbacks;
    private final OwnZnode znode;
    private final AtomicReference<@Nullable TermEnd> end = new AtomicReference<>();
    private final CompletableFuture<TermEnd> ended = new CompletableFuture<>();
    private final List<Subscription> watches = new CopyOnWriteArrayList<>();

    private ElectedLeadership(RecipeClient client, ElectionSettings settings, TermLog log, Lease lease) {
        this.client = client;
        this.settings = settings;
        this.log = log;
        this.lease = lease;
        this.begunNanos = client.runtime().nanoTime();
        this.steps = new SerialExecutor(client.runtime().callbackExecutor());
        this.callbacks = new SerialExecutor(client.runtime().callbackExecutor());
        this.znode = new OwnZnode(settings.layout(), lease, settings.announcement(), client.async(steps), steps);
    }

    /** {@return the leadership of a lease just granted, with everything watched that may end it} */
    static ElectedLeadership begin(RecipeClient client, ElectionSettings settings, TermLog log, Lease lease) {
        ElectedLeadership leadership = new ElectedLeadership(client, settings, log, lease);
        log.begun();
        leadership.watch();
        return leadership;
    }

    private void watch() {
        lease.lost().thenAccept(why -> end(reasonOf(why)));
        if (settings.revokeOn() == LeaseState.UNCERTAIN) {
            watches.add(client.addSessionListener(
                    (session, now) -> {
                        if (now == SessionState.SUSPENDED) {
                            end(Reason.UNCERTAIN);
                        }
                    },
                    new SerialExecutor(client.runtime().callbackExecutor())));
            if (lease.state() == LeaseState.UNCERTAIN) {
                end(Reason.UNCERTAIN);
            }
        }
        if (settings.health() != null) {
            watches.add(HealthGate.watch(client.runtime(), settings.health(), settings.healthInterval(), healthy -> {
                if (!healthy) {
                    end(Reason.UNHEALTHY);
                }
            }));
        }
        if (end.get() != null) {
            watches.forEach(Subscription::close);
        }
    }

    /** The leader must not lead any more; the place is kept until it is closed. Does nothing when the term has ended. */
    void end(Reason reason) {
        Duration lasted = Duration.ofNanos(client.runtime().nanoTime() - begunNanos);
        TermEnd now = new TermEnd(settings.candidate(), term(), reason, lasted);
        if (end.compareAndSet(null, now)) {
            watches.forEach(Subscription::close);
            log.ended(now);
            TermEvent.tell(lease.path(), now);
            callbacks.execute(() -> {
                ended.complete(now);
                settings.termListener().accept(now);
            });
        }
    }

    /** {@return whether the term is over, whether or not the place was given back} */
    boolean isOver() {
        LeaseState now = state();
        return now == LeaseState.LOST || now == LeaseState.RELEASED;
    }

    /** {@return whether the term is over though the place was not given back by the leader itself} */
    boolean wasTaken() {
        LeaseState state = lease.state();
        return state == LeaseState.LOST || end.get() != null && state != LeaseState.RELEASED;
    }

    /** {@return whether the chosen successor is next; then the place waits to be closed} */
    CompletableFuture<Boolean> prepareTransfer(String successor, Duration timeout) {
        return new HandOver(
                        client.async(steps),
                        client.runtime(),
                        steps,
                        settings.layout(),
                        settings.path(),
                        lease,
                        znode,
                        successor)
                .prepare(timeout);
    }

    @Override
    public String candidate() {
        return settings.candidate();
    }

    @Override
    public String metadata() {
        return znode.said().metadata();
    }

    @Override
    public CompletableFuture<TermEnd> ended() {
        return ended.copy();
    }

    @Override
    public void proclaim(String metadata) {
        try {
            Blocking.get(proclaimAsync(metadata));
        } catch (ExecutionException e) {
            throw Candidacy.unwrapped(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknownException(path(), "Interrupted while it was being proclaimed");
        }
    }

    @Override
    public CompletableFuture<Void> proclaimAsync(String metadata) {
        return answer(znode.change(said -> said.withMetadata(metadata)));
    }

    @Override
    public boolean transferTo(String candidate, Duration timeout) throws InterruptedException {
        CompletableFuture<Boolean> transfer = transferToAsync(candidate, timeout);
        try {
            return Blocking.get(transfer);
        } catch (ExecutionException e) {
            throw Candidacy.unwrapped(e.getCause());
        } catch (CancellationException e) {
            return false;
        } catch (InterruptedException e) {
            transfer.cancel(false);
            throw e;
        }
    }

    @Override
    public CompletableFuture<Boolean> transferToAsync(String candidate, Duration timeout) {
        CompletableFuture<Boolean> prepared = prepareTransfer(candidate, timeout);
        CompletableFuture<Boolean> transfer = answer(prepared.thenApply(next -> {
            if (next) {
                end(Reason.TRANSFERRED);
                lease.close();
            }
            return next;
        }));
        transfer.whenComplete((done, failure) -> prepared.complete(false));
        return transfer;
    }

    /** {@return the same for a user, whose code is kept off the steps, and who may cancel} */
    private <T> CompletableFuture<T> answer(CompletableFuture<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        work.whenComplete((result, failure) -> callbacks.execute(() -> {
            if (failure == null) {
                answer.complete(result);
            } else {
                answer.completeExceptionally(Candidacy.unwrapped(failure));
            }
        }));
        return answer;
    }

    @Override
    public long fencingToken() {
        return lease.fencingToken();
    }

    @Override
    public String path() {
        return lease.path();
    }

    @Override
    public LeaseState state() {
        TermEnd over = end.get();
        if (over == null) {
            return lease.state();
        }
        boolean givenUp = over.reason() == Reason.RESIGNED || over.reason() == Reason.TRANSFERRED;
        return givenUp ? LeaseState.RELEASED : LeaseState.LOST;
    }

    @Override
    public Duration remaining() {
        return end.get() == null ? lease.remaining() : Duration.ZERO;
    }

    @Override
    public CompletableFuture<LeaseLost> lost() {
        return lease.lost();
    }

    @Override
    public Op check() {
        return lease.check();
    }

    @Override
    public void close() {
        if (lease.state() != LeaseState.LOST) {
            end(Reason.RESIGNED);
        }
        lease.close();
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        close();
        return lease.closeAsync();
    }

    @Override
    public String toString() {
        return "Leadership[" + settings.candidate() + ", term " + term() + ", " + state() + ", " + path() + ']';
    }

    private static Reason reasonOf(LeaseLost why) {
        return switch (why.reason()) {
            case TIME_RAN_OUT -> Reason.TIME_RAN_OUT;
            case SESSION_EXPIRED -> Reason.SESSION_EXPIRED;
            case NODE_DELETED -> Reason.NODE_DELETED;
            case CLIENT_CLOSED -> Reason.CLIENT_CLOSED;
        };
    }
}
