package io.pinfold.election;

import io.pinfold.framework.Lease;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The leadership of a candidate, for one term. A {@link Lease}, with words of its own. Thread-safe.
 *
 * <p>A term can be over before the place is given back: the leader has to stop first. From then on {@link #state()} is
 * {@code RELEASED} if the leader gave it up, else {@code LOST}, and {@link #ended()} says why. The place goes to the next
 * candidate when the leadership is closed, which {@link LeaderElection#run} does when its body has returned.
 */
public interface Leadership extends Lease {
    /** {@return the number of the term: larger than that of every earlier leader; the same as the fencing token} */
    default long term() {
        return fencingToken();
    }

    /** {@return who leads, as the candidate named itself} */
    String candidate();

    /** {@return what the leader proclaimed last, or, before that, what it said as a candidate; empty for nothing} */
    String metadata();

    /**
     * {@return a future that completes as soon as this leader must not lead any more, whatever the reason, and says why}
     *
     * <p>It always completes: before another can lead, and with its own end as well when the leader resigns. On the
     * client's callback executor; a stopped process cannot do that in time, see {@link #state()}.
     */
    CompletableFuture<TermEnd> ended();

    /**
     * Tells all observers something about the leader, such as its address. Blocks until a server has it.
     *
     * @param metadata what observers see from now on
     * @throws io.pinfold.LeaseLostException if this leader leads no more; nothing was proclaimed then
     * @throws IllegalStateException if a {@code LeaderLatch} of Apache Curator waits right behind this leader; it would
     *     miss the end of this term. Nothing was proclaimed then. What a candidate says from the start, see
     *     {@link ElectionBuilder#metadata}, has no such trouble, nor has {@link ElectionLayout#SELECTOR}
     * @throws io.pinfold.PinfoldException if the server could not be asked; observers may see it or not
     */
    void proclaim(String metadata);

    /**
     * Tells all observers something about the leader. Does not block. Proclamations take effect in the order of the calls,
     * and only if this leader still has its place: one of an old leader that comes late changes nothing.
     *
     * @param metadata what observers see from now on
     * @return completes when a server has it, on the client's callback executor; fails as {@link #proclaim} does
     */
    CompletableFuture<Void> proclaimAsync(String metadata);

    /**
     * Resigns in favour of a candidate of one's choice. To be called when the work has stopped.
     *
     * <p>The other candidates are asked to step behind, one after the other; this leader leads until the chosen one is
     * next, and resigns then. Candidates with Apache Curator cannot be asked: if one of them stands before the chosen
     * one, leadership stays where it is. If the chosen one dies in the moment of the hand-over, the one after it leads.
     *
     * @param candidate what the chosen one calls itself
     * @param timeout how long it may take
     * @return whether leadership was handed over; if not, this leader goes on: there is no such candidate, or the time
     *     was over
     * @throws io.pinfold.LeaseLostException if this leader leads no more
     * @throws io.pinfold.PinfoldException if the server could not be asked; this leader goes on
     * @throws InterruptedException if the thread is interrupted; this leader goes on
     */
    boolean transferTo(String candidate, Duration timeout) throws InterruptedException;

    /**
     * Resigns in favour of a candidate of one's choice, without blocking. See {@link #transferTo}.
     *
     * @param candidate what the chosen one calls itself
     * @param timeout how long it may take
     * @return whether leadership was handed over, on the client's callback executor; cancelling it calls the hand-over off
     *     if it did not happen yet
     */
    CompletableFuture<Boolean> transferToAsync(String candidate, Duration timeout);

    /** Gives the leadership up, so that the next candidate leads at once. Does not block; the same as closing. */
    default void resign() {
        close();
    }
}
