package io.pinfold.server.consensus;

/**
 * What a member must never forget: the last epoch in which it voted, and for whom. Immutable.
 *
 * @param epoch the epoch, 0 before the first vote
 * @param candidate the member that got the vote, 0 for nobody
 */
public record Vote(long epoch, int candidate) {
    /** Nobody ever asked. */
    public static final Vote NONE = new Vote(0, 0);
}
