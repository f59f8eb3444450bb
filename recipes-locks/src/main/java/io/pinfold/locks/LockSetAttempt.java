package io.pinfold.locks;

import io.pinfold.ConnectionLostException;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to get all locks of a set, one after the other. Confined to its progress, but for the answer and
 * {@code reached}.
 */
final class LockSetAttempt implements Answer.Work {
    private final RecipeClient client;
    private final SortedMap<String, Acquirable<? extends Lease>> locks;
    private final @Nullable Long deadlineNanos;
    private final SerialExecutor progress;
    private final Answer<LeaseSet> answer;
    private volatile boolean reached;

    private final SortedMap<String, Lease> taken = new TreeMap<>();
    private Iterator<Map.Entry<String, Acquirable<? extends Lease>>> left;
    private @Nullable CompletableFuture<Optional<Lease>> current;
    private boolean over;

    private LockSetAttempt(
            RecipeClient client, SortedMap<String, Acquirable<? extends Lease>> locks, @Nullable Duration timeout) {
        this.client = client;
        this.locks = locks;
        this.left = locks.entrySet().iterator();
        this.deadlineNanos = timeout == null ? null : client.runtime().nanoTime() + nanosOf(timeout);
        this.progress = new SerialExecutor(client.runtime().callbackExecutor());
        this.answer = new Answer<>(client, locks.firstKey(), LeaseSet::close, this);
    }

    static Answer<LeaseSet> begin(
            RecipeClient client, SortedMap<String, Acquirable<? extends Lease>> locks, @Nullable Duration timeout) {
        LockSetAttempt attempt = new LockSetAttempt(client, locks, timeout);
        attempt.progress.executeInline(attempt::next);
        return attempt.answer;
    }

    @Override
    public boolean reached() {
        return reached;
    }

    @Override
    public void withdraw() {
        progress.execute(this::leave);
    }

    private void next() {
        if (over) {
            return;
        }
        if (!left.hasNext()) {
            over = true;
            answer.give(new LeaseSet(taken));
            return;
        }
        Map.Entry<String, Acquirable<? extends Lease>> lock = left.next();
        CompletableFuture<Optional<Lease>> asked = ask(lock.getValue());
        current = asked;
        asked.whenComplete((lease, failure) -> progress.execute(() -> answered(asked, lock.getKey(), lease, failure)));
    }

    /** With its own share of the time that is left. */
    private <L extends Lease> CompletableFuture<Optional<Lease>> ask(Acquirable<L> lock) {
        CompletableFuture<Optional<Lease>> asked = new CompletableFuture<>();
        CompletableFuture<Optional<L>> attempt;
        if (deadlineNanos == null) {
            CompletableFuture<L> patient = lock.acquireAsync();
            asked.whenComplete((lease, failure) -> patient.cancel(false));
            attempt = patient.thenApply(Optional::of);
        } else {
            long remaining = Math.max(0, deadlineNanos - client.runtime().nanoTime());
            CompletableFuture<Optional<L>> bounded = lock.tryAcquireAsync(Duration.ofNanos(remaining));
            asked.whenComplete((lease, failure) -> bounded.cancel(false));
            attempt = bounded;
        }
        attempt.whenComplete((lease, failure) -> {
            if (lease == null) {
                asked.completeExceptionally(Waiting.plain(failure));
            } else if (!asked.complete(lease.map(each -> each))) {
                lease.ifPresent(Lease::close);
            }
        });
        return asked;
    }

    private void answered(
            CompletableFuture<Optional<Lease>> asked,
            String path,
            @Nullable Optional<Lease> lease,
            @Nullable Throwable failure) {
        if (asked != current) {
            if (lease != null) {
                lease.ifPresent(Lease::close);
            }
            return;
        }
        current = null;
        if (lease != null && lease.isPresent()) {
            take(path, lease.get());
        } else if (lease != null || reached && failure instanceof ConnectionLostException) {
            answer.refuse();
            leave();
        } else {
            answer.fail(Waiting.plain(failure));
            leave();
        }
    }

    private void take(String path, Lease lease) {
        reached = true;
        taken.put(path, lease);
        lease.lost().thenRun(() -> progress.execute(() -> lost(lease)));
        next();
    }

    /** What was acquired before is not ours any more: nothing may be built on it. */
    private void lost(Lease lease) {
        if (!over && taken.containsValue(lease)) {
            giveBack();
            left = locks.entrySet().iterator();
            next();
        }
    }

    private void leave() {
        if (!over) {
            over = true;
            giveBack();
        }
    }

    private void giveBack() {
        CompletableFuture<Optional<Lease>> asked = current;
        current = null;
        if (asked != null) {
            asked.cancel(false);
        }
        LeaseSet.closeAll(new ArrayList<>(taken.values()));
        taken.clear();
    }

    private static long nanosOf(Duration timeout) {
        Duration longest = Duration.ofDays(36_500);
        return (timeout.compareTo(longest) < 0 ? timeout : longest).toNanos();
    }
}
