package io.pinfold.locks;

import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job for one slot; while it lasts, nobody else runs the job. {@link #complete} says that the slot is done with,
 * {@link #close} that the run is over. Thread-safe.
 */
public final class JobRun implements AutoCloseable {
    private final RecipeClient client;
    private final JobTerms terms;
    private final long slot;
    private final Lease lease;
    private final JobRecording recording;
    private final long startNanos;
    private final AtomicReference<@Nullable CompletableFuture<Void>> recorded = new AtomicReference<>();
    private final AtomicReference<@Nullable CompletableFuture<Void>> closed = new AtomicReference<>();

    JobRun(RecipeClient client, JobTerms terms, long slot, Lease lease, JobRecording recording) {
        this.client = client;
        this.terms = terms;
        this.slot = slot;
        this.lease = lease;
        this.recording = recording;
        this.startNanos = client.runtime().nanoTime();
        if (terms.atMostOnce()) {
            recorded.set(CompletableFuture.completedFuture(null));
        }
    }

    /** {@return the number of the slot: how many periods lie between its beginning and that of slot 0} */
    public long slot() {
        return slot;
    }

    /** {@return when the slot begins; the run may begin later, and after that of a missed slot much later} */
    public Instant slotBegin() {
        return terms.schedule().beginOf(slot);
    }

    /** {@return a number that is larger than that of every run before} */
    public long fencingToken() {
        return lease.fencingToken();
    }

    /** {@return the lease that keeps others from running the job: its state, its loss, its check; closing it ends the run} */
    public Lease lease() {
        return lease;
    }

    /**
     * Records that the slot is done with: nobody runs it again. In one transaction with a check that this run is not over.
     * Waits for the server. Does nothing the second time, nor for a job that is run at most once, which recorded it before.
     *
     * @throws io.pinfold.LeaseLostException if the run was lost before, so that another may have begun; nothing is recorded
     * @throws io.pinfold.PinfoldException as a write fails
     */
    public void complete() {
        Waiting.forReply(completeAsync(), terms.path());
    }

    /**
     * Records that the slot is done with, without blocking.
     *
     * @return completes when it is recorded, on the client's callback executor; fails as {@link #complete()} does
     */
    public CompletableFuture<Void> completeAsync() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        if (recorded.compareAndSet(null, mine)) {
            recording.write(lease, slot).whenComplete((done, failure) -> {
                if (failure == null) {
                    mine.complete(null);
                } else {
                    mine.completeExceptionally(Waiting.plain(failure));
                }
            });
        }
        CompletableFuture<Void> first = recorded.get();
        return (first == null ? mine : first).copy();
    }

    /**
     * Ends the run; does not block. A slot that is not {@linkplain #complete() done with} stays due. Others are kept out
     * until the job's minimum time is over. Closing twice does nothing more.
     */
    @Override
    public void close() {
        closeAsync();
    }

    /** {@return completes when others may run the job; never fails} */
    public CompletableFuture<Void> closeAsync() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        if (closed.compareAndSet(null, mine)) {
            long passed = client.runtime().nanoTime() - startNanos;
            Duration left = terms.holdAtLeast().minusNanos(passed);
            Runnable giveBack = () -> lease.closeAsync().thenRun(() -> mine.complete(null));
            if (left.isNegative() || left.isZero() || DerivedLease.isOver(lease)) {
                giveBack.run();
            } else {
                client.runtime().schedule(left, giveBack);
            }
        }
        CompletableFuture<Void> first = closed.get();
        return (first == null ? mine : first).copy();
    }

    @Override
    public String toString() {
        return "JobRun[" + terms.path() + ", slot " + slot + ", " + lease + ']';
    }
}
