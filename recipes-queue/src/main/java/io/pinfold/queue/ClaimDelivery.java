package io.pinfold.queue;

import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Failures;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A claim as the user of a queue sees it. Thread-safe: what is not immutable is handed to the queue's progress. */
final class ClaimDelivery<T> implements Delivery<T> {
    private final Grave<T> grave;
    private final QueueSite site;
    private final Claim claim;
    private final T item;

    ClaimDelivery(Grave<T> grave, QueueSite site, Claim claim, Codec<T> codec) {
        this.grave = grave;
        this.site = site;
        this.claim = claim;
        this.item = codec.decode(claim.content().envelope().payload());
    }

    @Override
    public T item() {
        return item;
    }

    @Override
    public String id() {
        return claim.content().item().id();
    }

    @Override
    public Optional<String> key() {
        return Optional.ofNullable(claim.content().envelope().key());
    }

    @Override
    public int priority() {
        return claim.content().item().priority();
    }

    @Override
    public int count() {
        return claim.content().deliveries();
    }

    @Override
    public Instant putAt() {
        return Instant.ofEpochMilli(claim.content().putMillis());
    }

    @Override
    public Optional<String> reason() {
        return Optional.ofNullable(claim.content().envelope().reason());
    }

    // ---- ends ------------------------------------------------------------------------------------------------------

    @Override
    public void ackWith(Op... effects) {
        await(claim.ack(List.of(effects)));
    }

    @Override
    public CompletableFuture<Void> ackAsync(Op... effects) {
        return told(claim.ack(List.of(effects)));
    }

    @Override
    public void nack(Duration delay) {
        claim.giveBack(delay);
    }

    @Override
    public void reject(String reason) {
        await(grave.take(claim, reason));
    }

    @Override
    public CompletableFuture<Void> rejectAsync(String reason) {
        return told(grave.take(claim, reason));
    }

    @Override
    public void moveTo(WorkQueue<T> other) {
        await(other.take(claim));
    }

    @Override
    public CompletableFuture<Void> moveAsync(WorkQueue<T> other) {
        return told(other.take(claim));
    }

    @Override
    public void extend(Duration handling) {
        ensureHeld();
        site.step(() -> claim.limit(handling));
    }

    private CompletableFuture<Void> told(CompletableFuture<Void> end) {
        CompletableFuture<Void> told = new CompletableFuture<>();
        end.whenComplete((nothing, failure) -> site.tell(() -> {
            if (failure == null) {
                told.complete(null);
            } else {
                told.completeExceptionally(Failures.causeOf(failure));
            }
        }));
        return told;
    }

    private void await(CompletableFuture<Void> end) {
        try {
            end.get();
        } catch (ExecutionException e) {
            throw Failures.causeOf(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknownException(path(), "Interrupted before it was known how the delivery ended");
        }
    }

    // ---- the lease -------------------------------------------------------------------------------------------------

    @Override
    public long fencingToken() {
        return lease().fencingToken();
    }

    @Override
    public String path() {
        return claim.path();
    }

    @Override
    public LeaseState state() {
        return lease().state();
    }

    @Override
    public Duration remaining() {
        return lease().remaining();
    }

    @Override
    public CompletableFuture<LeaseLost> lost() {
        return lease().lost();
    }

    @Override
    public Op check() {
        return lease().check();
    }

    @Override
    public void close() {
        lease().close();
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        return lease().closeAsync();
    }

    private Lease lease() {
        return claim.lease();
    }

    @Override
    public String toString() {
        return "Delivery[" + id() + ", number " + count() + ", " + state() + ']';
    }
}
