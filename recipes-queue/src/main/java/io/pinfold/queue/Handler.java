package io.pinfold.queue;

/**
 * Handles items, see {@link WorkQueue#consume}.
 *
 * @param <T> the type of the items
 */
@FunctionalInterface
public interface Handler<T> {
    /**
     * Handles one item. A delivery that has not ended when this returns is acknowledged; one that has not ended when this
     * throws is given back, to be delivered again after a while that grows with the number of deliveries.
     *
     * @param delivery the item and its claim
     */
    void handle(Delivery<T> delivery);
}
