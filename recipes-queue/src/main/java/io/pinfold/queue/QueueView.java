package io.pinfold.queue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A queue as it was a moment ago; put together from several reads, so not a picture of a single moment. Immutable.
 *
 * @param size how many items there are in all
 * @param delayed how many of them are not due yet
 * @param claims who holds what at present
 * @param oldest when the item was put that has been there longest, by the leader's clock; empty when there is none
 * @param buckets in how many directories the items are
 * @param deadLetters how many dead letters there are
 * @param isPaused whether nobody takes items at present, see {@link WorkQueue#pause}
 */
public record QueueView(
        int size,
        int delayed,
        List<QueueClaim> claims,
        Optional<Instant> oldest,
        int buckets,
        int deadLetters,
        boolean isPaused) {
    /**
     * Keeps its own copy of the list.
     *
     * @param size how many items there are in all
     * @param delayed how many of them are not due yet
     * @param claims who holds what at present
     * @param oldest when the oldest item was put
     * @param buckets in how many directories the items are
     * @param deadLetters how many dead letters there are
     * @param isPaused whether nobody takes items at present
     */
    public QueueView {
        claims = List.copyOf(claims);
    }
}
