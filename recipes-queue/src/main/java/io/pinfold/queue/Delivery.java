package io.pinfold.queue;

import io.pinfold.Op;
import io.pinfold.framework.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An item that this process has claimed: nobody else gets it as long as the claim stands. The claim is a {@link Lease}
 * that is lost with the session, when somebody deletes its znode, and when the handling takes longer than allowed; then
 * the item is delivered again, to anybody. Thread-safe.
 *
 * <p>A delivery ends once: with an acknowledgement, which removes the item; by being given back, rejected or moved; or by
 * its loss. To close one that was not ended gives it back.
 *
 * <pre>{@code
 * try (Delivery<Order> delivery = queue.take()) {
 *     ship(delivery.item());
 *     delivery.ack();
 * } // without the ack: somebody gets it again
 * }</pre>
 *
 * @param <T> the type of the items
 */
public interface Delivery<T> extends Lease {
    /** {@return the item} */
    T item();

    /**
     * {@return the item's id, as {@link WorkQueue#put} returned it; the same at every delivery. In a queue of Curator's
     * layouts it is the name of the item's znode instead}
     */
    String id();

    /** {@return the key that keeps items in order, if it was put with one} */
    Optional<String> key();

    /** {@return the priority that it was put with} */
    int priority();

    /**
     * {@return how often the item was delivered, this time included; claims of processes that died count. 0 in a queue of
     * Curator's layouts, where nothing tells}
     */
    int count();

    /** {@return when the item was put, by the leader's clock; for a dead letter when it became one} */
    Instant putAt();

    /** {@return why the item is among the dead letters, if it is} */
    Optional<String> reason();

    /**
     * Removes the item from the queue. Waits for the server, as long as the claim stands.
     *
     * @throws io.pinfold.LeaseLostException if the claim was lost, given back or ended before: the item is not removed by
     *     this delivery
     * @throws io.pinfold.OutcomeUnknownException if the session ended, or the thread was interrupted, before it was known
     *     whether the item was removed
     */
    default void ack() {
        ackWith();
    }

    /**
     * Removes the item from the queue and changes other znodes, in one transaction: both happen, once, or neither does.
     * What the handling of an item comes to is written down exactly once if it is written here.
     *
     * @param effects what to change besides
     * @throws io.pinfold.LeaseLostException if the claim was lost, given back or ended before: nothing is changed
     * @throws io.pinfold.TransactionFailedException if one of the operations was refused, with its place among them;
     *     nothing is changed, and the claim stands
     * @throws io.pinfold.OutcomeUnknownException if the session ended, or the thread was interrupted, before it was known
     *     whether it happened
     */
    void ackWith(Op... effects);

    /**
     * As {@link #ackWith}, without blocking.
     *
     * @param effects what to change besides
     * @return completes, or fails as {@code ackWith} throws, on the client's callback executor
     */
    CompletableFuture<Void> ackAsync(Op... effects);

    /**
     * Gives the item back: it is delivered again at once, in its old place. Does not block; does nothing if the delivery
     * has ended. The same as {@link #close()}.
     */
    default void nack() {
        nack(Duration.ZERO);
    }

    /**
     * Gives the item back after a while. Does not block; does nothing if the delivery has ended. Until then the znode of the
     * claim stays, in this process's session: the while is shorter if the session ends before.
     *
     * @param delay for how long nobody gets the item
     */
    void nack(Duration delay);

    /**
     * Moves the item to the dead letters, in one transaction. Waits for the server.
     *
     * @param reason what {@link #reason()} says there
     * @throws io.pinfold.LeaseLostException if the claim was lost, given back or ended before: the item is not moved
     * @throws io.pinfold.OutcomeUnknownException as for {@link #ack}
     */
    void reject(String reason);

    /**
     * As {@link #reject}, without blocking.
     *
     * @param reason what {@link #reason()} says there
     * @return completes, or fails as {@code reject} throws, on the client's callback executor
     */
    CompletableFuture<Void> rejectAsync(String reason);

    /**
     * Moves the item to another queue, in one transaction, with its key and its priority; for example a dead letter back
     * to the queue from which it came. Waits for the server, and while the other queue is full.
     *
     * @param other where to
     * @throws io.pinfold.LeaseLostException if the claim was lost, given back or ended before: the item is not moved
     * @throws io.pinfold.OutcomeUnknownException as for {@link #ack}
     */
    void moveTo(WorkQueue<T> other);

    /**
     * As {@link #moveTo}, without blocking.
     *
     * @param other where to
     * @return completes, or fails as {@code moveTo} throws, on the client's callback executor
     */
    CompletableFuture<Void> moveAsync(WorkQueue<T> other);

    /**
     * Sets a new limit for the handling, from now on, in place of {@link WorkQueueBuilder#handlingTimeout}. When it
     * passes, the lease is lost.
     *
     * @param handling how long the handling may take from now on
     * @throws io.pinfold.LeaseLostException if the delivery has ended, or the claim is lost
     */
    void extend(Duration handling);
}
