package io.pinfold.config;

import io.pinfold.client.RecipeClient;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Waiting;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/**
 * A whole number that many processes count with, each addition exactly once.
 *
 * <pre>{@code
 * DistributedCounter hits = DistributedCounter.at(client, "/counters/hits");
 * long now = hits.addAndGet(5);
 * }</pre>
 *
 * <p>Promises, cost and lost connections are those of {@link AtomicValue}. Additions of one object that come while another
 * is under way go together in one transaction, so many threads share one counter object with profit.
 *
 * <p><b>Layout.</b> The one of Apache Curator's {@code DistributedAtomicLong}: eight bytes, the most significant first; both
 * count on the same path. Curator's may count twice when a reply is lost.
 *
 * <p>Thread-safe. Need not be closed.
 */
public final class DistributedCounter implements AutoCloseable {
    private final AtomicValue<Long> value;

    private DistributedCounter(AtomicValue<Long> value) {
        this.value = value;
    }

    /**
     * {@return the counter at a path}
     *
     * @param client the client to use
     * @param path the znode; it is made when the counter is first asked, with 0
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static DistributedCounter at(RecipeClient client, String path) {
        return new DistributedCounter(AtomicValue.at(client, path, Codec.LONG, 0L));
    }

    /** {@return the path of the znode} */
    public String path() {
        return value.path();
    }

    /**
     * {@return the number, with everything that was committed when this was called}
     *
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public long get() {
        return value.get().value();
    }

    /**
     * Adds to the number. Waits for the server.
     *
     * @param delta how much; may be negative
     * @return the number after this addition
     * @throws ArithmeticException if it would overflow; nothing is changed then
     * @throws io.pinfold.OutcomeUnknownException if it could not be found out whether it was added
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused; nothing is changed then
     */
    public long addAndGet(long delta) {
        return Waiting.forChange(addAsync(delta), path());
    }

    /**
     * Adds to the number without blocking.
     *
     * @param delta how much; may be negative
     * @return as {@link #addAndGet(long)} returns or throws; completes on the client's callback executor
     */
    public CompletableFuture<Long> addAsync(long delta) {
        CompletableFuture<Long> added = new CompletableFuture<>();
        value.updateAsync(number -> Math.addExact(number, delta)).whenComplete((after, failure) -> {
            if (after != null) {
                added.complete(after.value());
            } else {
                added.completeExceptionally(failure);
            }
        });
        return added;
    }

    /** {@return the number after 1 was added, as {@link #addAndGet(long)}} */
    public long incrementAndGet() {
        return addAndGet(1);
    }

    /** {@return the number after 1 was taken away, as {@link #addAndGet(long)}} */
    public long decrementAndGet() {
        return addAndGet(-1);
    }

    /**
     * Sets the number, whatever it was.
     *
     * @param number the number
     * @throws io.pinfold.OutcomeUnknownException if it could not be found out whether it was set
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused; nothing is changed then
     */
    public void set(long number) {
        value.set(number);
    }

    /**
     * Sets the number if it is what it should be.
     *
     * @param expected what it should be
     * @param number what it becomes
     * @return whether it was set
     * @throws io.pinfold.OutcomeUnknownException if it could not be found out whether it was set
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused; nothing is changed then
     */
    public boolean compareAndSet(long expected, long number) {
        return value.compareAndSet(new Versioned<>(expected, 0), number);
    }

    /**
     * Has a listener told of the number as it is, and of every later one, as {@link AtomicValue#onChange}.
     *
     * @param listener told of each
     * @return ends the telling when closed
     */
    public Subscription onChange(LongConsumer listener) {
        return value.onChange(now -> listener.accept(now.value()));
    }

    /** Deletes this object's own znode in the background. The number stays. */
    @Override
    public void close() {
        value.close();
    }

    @Override
    public String toString() {
        return "DistributedCounter[" + path() + ']';
    }
}
