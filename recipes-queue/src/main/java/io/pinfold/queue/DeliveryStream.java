package io.pinfold.queue;

import io.pinfold.framework.Failures;
import io.pinfold.framework.SerialExecutor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/**
 * One subscription to the items of a queue: takes as many as are asked for. Everything happens on a serial executor of its
 * own, also what the subscriber does, so that a slow one delays nobody else.
 */
final class DeliveryStream<T> implements Flow.Subscription {
    private static final int WIDEST = 64;

    private final WorkQueue<T> queue;
    private final Executor serial;
    private final Flow.Subscriber<? super Delivery<T>> subscriber;
    // Confined to the serial executor.
    private final Set<CompletableFuture<Delivery<T>>> takes = new HashSet<>();
    private long wanted;
    private boolean over;

    private DeliveryStream(WorkQueue<T> queue, Executor executor, Flow.Subscriber<? super Delivery<T>> subscriber) {
        this.queue = queue;
        this.serial = new SerialExecutor(executor);
        this.subscriber = subscriber;
    }

    static <T> void begin(WorkQueue<T> queue, Executor executor, Flow.Subscriber<? super Delivery<T>> subscriber) {
        DeliveryStream<T> stream = new DeliveryStream<>(queue, executor, subscriber);
        stream.serial.execute(() -> subscriber.onSubscribe(stream));
    }

    @Override
    public void request(long more) {
        serial.execute(() -> {
            if (more <= 0) {
                end();
                subscriber.onError(new IllegalArgumentException("Wanted a positive number of items, got " + more));
            } else if (!over) {
                wanted = wanted + more < 0 ? Long.MAX_VALUE : wanted + more;
                pull();
            }
        });
    }

    @Override
    public void cancel() {
        serial.execute(this::end);
    }

    private void end() {
        over = true;
        List.copyOf(takes).forEach(take -> take.cancel(false));
        takes.clear();
    }

    private void pull() {
        while (!over && takes.size() < Math.min(wanted, WIDEST)) {
            CompletableFuture<Delivery<T>> take = queue.takeAsync();
            takes.add(take);
            take.whenComplete((delivery, failure) -> serial.execute(() -> taken(take, delivery, failure)));
        }
    }

    private void taken(CompletableFuture<Delivery<T>> take, Delivery<T> delivery, Throwable failure) {
        takes.remove(take);
        if (over) {
            if (delivery != null) {
                delivery.close();
            }
        } else if (failure != null) {
            end();
            subscriber.onError(Failures.causeOf(failure));
        } else {
            wanted--;
            subscriber.onNext(delivery);
            pull();
        }
    }
}
