package io.pinfold.locks;

import java.util.List;

/**
 * Who holds permits of a semaphore and who waits for some, as it was a moment ago. Immutable.
 *
 * @param size how many permits there are
 * @param permits one place for each permit that is given out, in the order in which they were; a process that took several
 *     shows up several times
 * @param waiters who waits, in the order in which they will be served; the first one may be about to be
 */
public record SemaphoreView(int size, List<LockPlace> permits, List<LockPlace> waiters) {
    /**
     * Keeps its own copies of the lists.
     *
     * @param size how many permits there are
     * @param permits one place for each permit that is given out
     * @param waiters who waits
     */
    public SemaphoreView {
        permits = List.copyOf(permits);
        waiters = List.copyOf(waiters);
    }

    /** {@return how many permits are not given out; less than zero while a smaller size is not reached yet} */
    public int free() {
        return size - permits.size();
    }
}
