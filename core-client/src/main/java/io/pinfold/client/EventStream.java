package io.pinfold.client;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * One subscriber that asks for as much as it can take, and what waits for it. Everything happens on a lane of its own, also what
 * the subscriber does, so that a slow one delays nobody else.
 *
 * <p>Confined to its lane, except {@link #offer}, {@link #complete} and {@link #fail}, which any thread may call.
 */
final class EventStream<T> implements Flow.Subscription {
    /** So much may wait; behind that, what waits is thinned. */
    static final int LONGEST_QUEUE = 256;

    private final Lane lane;
    private final Flow.Subscriber<? super T> subscriber;
    private final Consumer<Queue<T>> thinning;
    private final Queue<T> queue = new ArrayDeque<>();
    private Runnable source = () -> {};
    private long wanted;
    /** No more comes; what waits is still delivered. */
    private boolean complete;

    private boolean over;

    /**
     * Makes one.
     *
     * @param lane where everything happens
     * @param subscriber whom to tell
     * @param thinning makes a queue shorter that is too long
     */
    EventStream(Lane lane, Flow.Subscriber<? super T> subscriber, Consumer<Queue<T>> thinning) {
        this.lane = lane;
        this.subscriber = subscriber;
        this.thinning = thinning;
    }

    /** Begins, with what opens the source once the subscriber has its subscription. */
    void begin(Runnable opening) {
        lane.execute(() -> {
            tell(() -> subscriber.onSubscribe(this));
            if (!over) {
                opening.run();
            }
        });
    }

    /** What is to be closed when the subscriber wants no more; on the lane. */
    void closes(Runnable newSource) {
        if (over) {
            newSource.run();
        } else {
            source = newSource;
        }
    }

    void offer(T item) {
        lane.execute(() -> {
            if (over || complete) {
                return;
            }
            if (queue.size() >= LONGEST_QUEUE) {
                thinning.accept(queue);
            }
            queue.add(item);
            deliver();
        });
    }

    void complete() {
        lane.execute(() -> {
            complete = true;
            deliver();
        });
    }

    void fail(Throwable why) {
        lane.execute(() -> {
            if (!over) {
                end();
                tell(() -> subscriber.onError(why));
            }
        });
    }

    @Override
    public void request(long more) {
        lane.execute(() -> {
            if (over) {
                return;
            }
            if (more <= 0) {
                fail(new IllegalArgumentException("Wanted a positive number of events, got " + more));
                return;
            }
            wanted = wanted + more < 0 ? Long.MAX_VALUE : wanted + more;
            deliver();
        });
    }

    @Override
    public void cancel() {
        lane.execute(this::end);
    }

    private void deliver() {
        while (!over && wanted > 0 && !queue.isEmpty()) {
            wanted--;
            T item = queue.remove();
            tell(() -> subscriber.onNext(item));
        }
        if (!over && complete && queue.isEmpty()) {
            end();
            tell(subscriber::onComplete);
        }
    }

    private void end() {
        if (!over) {
            over = true;
            queue.clear();
            source.run();
        }
    }

    /** A subscriber that throws is not told any more. */
    private void tell(Runnable news) {
        boolean[] came = new boolean[1];
        Lane.runSafely(() -> {
            news.run();
            came[0] = true;
        });
        if (!came[0]) {
            end();
        }
    }
}
