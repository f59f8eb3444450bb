package io.pinfold.election;

/** What a candidate does while it leads. */
@FunctionalInterface
public interface LeaderBody {
    /**
     * Leads. Called again for each term, never twice at the same time. To return is to resign.
     *
     * @param leadership the leadership of this term; need not be closed
     * @throws InterruptedException when the thread was interrupted, which happens when the leadership is lost and when
     *     the election is closed; the body must return soon then, because its candidate waits for it
     */
    void lead(Leadership leadership) throws InterruptedException;
}
