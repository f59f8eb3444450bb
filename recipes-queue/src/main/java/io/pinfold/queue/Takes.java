package io.pinfold.queue;

import io.pinfold.ConnectionLostException;
import io.pinfold.client.ClientRuntime;
import io.pinfold.framework.Failures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * Lets callers wait for what the {@link Claims} bring, blocking or not. What comes when the caller waits no more is given
 * back. Thread-safe: has no state of its own.
 */
final class Takes<T> {
    private final QueueSite site;
    private final Claims<T> claims;

    Takes(QueueSite site, Claims<T> claims) {
        this.site = site;
        this.claims = claims;
    }

    /** {@return somebody who waits for so long} */
    Claims.Waiter<T> within(Duration timeout) {
        Claims.Waiter<T> waiter = new Claims.Waiter<>(true);
        ClientRuntime.Cancellable timer = site.later(timeout, () -> {
            if (claims.isReady()) {
                waiter.done.complete(Optional.empty());
            } else {
                waiter.done.completeExceptionally(new ConnectionLostException(
                        site.layout().root(), "No server answered for " + timeout.toMillis() + " ms"));
            }
        });
        waiter.done.whenComplete((delivery, failure) -> timer.cancel());
        return waiter;
    }

    Optional<Delivery<T>> await(Claims.Waiter<T> waiter) throws InterruptedException {
        site.step(() -> claims.enter(waiter));
        try {
            return waiter.done.get();
        } catch (ExecutionException e) {
            throw Failures.causeOf(e.getCause());
        } catch (InterruptedException e) {
            leave(waiter);
            throw e;
        }
    }

    /** {@return what can be had at once when the first one can} */
    List<Delivery<T>> several(int most, Duration timeout) throws InterruptedException {
        if (most < 1) {
            throw new IllegalArgumentException("Wanted at least 1 item, got " + most);
        }
        Optional<Delivery<T>> first = await(within(timeout));
        if (first.isEmpty()) {
            return List.of();
        }
        List<Claims.Waiter<T>> others = new ArrayList<>();
        for (int i = 1; i < most; i++) {
            others.add(new Claims.Waiter<>(false));
        }
        site.step(() -> others.forEach(claims::enter));
        List<Delivery<T>> all = new ArrayList<>(List.of(first.get()));
        try {
            for (Claims.Waiter<T> other : others) {
                // What goes wrong with the others is told at the next take.
                other.done.exceptionally(failure -> Optional.empty()).get().ifPresent(all::add);
            }
            return all;
        } catch (ExecutionException e) {
            throw Failures.causeOf(e.getCause());
        } catch (InterruptedException e) {
            others.forEach(this::leave);
            all.forEach(Delivery::close);
            throw e;
        }
    }

    private void leave(Claims.Waiter<T> waiter) {
        waiter.done.cancel(false);
        waiter.done.thenAccept(late -> late.ifPresent(Delivery::close));
    }

    <A> CompletableFuture<A> async(Claims.Waiter<T> waiter, Function<Optional<Delivery<T>>, A> wrap) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        waiter.done.whenComplete((delivery, failure) -> site.tell(() -> {
            if (failure == null) {
                hand(delivery, answer, wrap);
            } else if (!answer.isDone()) {
                answer.completeExceptionally(Failures.causeOf(failure));
            }
        }));
        answer.whenComplete((result, failure) -> waiter.done.cancel(false));
        site.step(() -> claims.enter(waiter));
        return answer;
    }

    private <A> void hand(
            Optional<Delivery<T>> delivery, CompletableFuture<A> answer, Function<Optional<Delivery<T>>, A> wrap) {
        if (!answer.complete(wrap.apply(delivery))) {
            delivery.ifPresent(Delivery::close);
        }
    }
}
