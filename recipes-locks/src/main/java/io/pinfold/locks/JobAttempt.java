package io.pinfold.locks;

import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Contention;
import io.pinfold.framework.Lease;
import io.pinfold.framework.PlaceTerms;
import io.pinfold.framework.SerialExecutor;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to begin a run: is a slot due, is nobody at it, is it still due? Confined to its progress, but for the answer
 * and {@code reached}.
 */
final class JobAttempt implements Answer.Work {
    private final RecipeClient client;
    private final JobTerms terms;
    private final PlaceTerms place;
    private final JobRecording recording;
    private final SerialExecutor progress;
    private final Answer<JobRun> answer;
    private volatile boolean reached;

    private @Nullable Contention queueing;
    private boolean over;

    private JobAttempt(RecipeClient client, JobTerms terms, PlaceTerms place) {
        this.client = client;
        this.terms = terms;
        this.place = place;
        this.recording = new JobRecording(client, terms);
        this.progress = new SerialExecutor(client.runtime().callbackExecutor());
        this.answer = new Answer<>(client, terms.path(), JobRun::close, this);
    }

    static Answer<JobRun> begin(RecipeClient client, JobTerms terms, PlaceTerms place) {
        JobAttempt attempt = new JobAttempt(client, terms, place);
        attempt.progress.executeInline(attempt::look);
        return attempt.answer;
    }

    @Override
    public boolean reached() {
        return reached;
    }

    @Override
    public void withdraw() {
        progress.execute(() -> {
            over = true;
            if (queueing != null) {
                queueing.withdraw();
            }
        });
    }

    private void look() {
        then(recording.read(), (last, failure) -> {
            if (last == null) {
                fail(failure);
            } else if (due(last).isEmpty()) {
                refuse();
            } else if (!over) {
                queue();
            }
        });
    }

    private void queue() {
        Contention attempt = Contention.enterWithoutWaiting(client, place);
        queueing = attempt;
        then(attempt.answered(), (lease, failure) -> {
            if (lease == null) {
                fail(failure);
            } else if (lease.isEmpty()) {
                refuse();
            } else {
                lookAgain(lease.get());
            }
        });
    }

    /** Another may have done it, and gone, between the first look and now; from now on nobody else can. */
    private void lookAgain(Lease lease) {
        then(recording.read(), (last, failure) -> {
            OptionalLong slot = last == null ? OptionalLong.empty() : due(last);
            if (slot.isPresent() && !over) {
                give(lease, slot.getAsLong());
                return;
            }
            lease.close();
            if (last == null) {
                fail(failure);
            } else {
                refuse();
            }
        });
    }

    private void give(Lease lease, long slot) {
        if (!terms.atMostOnce()) {
            over = true;
            answer.give(new JobRun(client, terms, slot, lease, recording));
            return;
        }
        then(recording.write(lease, slot), (done, failure) -> {
            if (failure == null) {
                over = true;
                answer.give(new JobRun(client, terms, slot, lease, recording));
            } else {
                lease.close();
                fail(failure);
            }
        });
    }

    private OptionalLong due(Optional<JobRecord> last) {
        OptionalLong lastSlot =
                last.map(record -> OptionalLong.of(record.slot())).orElse(OptionalLong.empty());
        return terms.schedule().due(lastSlot, terms.clock().instant());
    }

    private void refuse() {
        over = true;
        answer.refuse();
    }

    private void fail(@Nullable Throwable failure) {
        over = true;
        answer.fail(Waiting.plain(failure));
    }

    private <T> void then(CompletableFuture<T> step, BiConsumer<@Nullable T, @Nullable Throwable> next) {
        step.whenComplete((result, failure) -> progress.execute(() -> {
            reached |= failure == null;
            next.accept(result, failure);
        }));
    }
}
