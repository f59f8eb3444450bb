package io.pinfold.server.storage;

/**
 * What a member once had durable and can no longer read. It may have been acknowledged, so until peers have brought it back,
 * this member must not act as if it had never been there. Immutable.
 *
 * @param fromZxid the first entry that is missing, as well as it can be told
 * @param neededZxid the highest zxid of which there is evidence that it was durable; with that the log is whole again
 */
public record Damage(long fromZxid, long neededZxid) {
    /** {@return both damages in one} */
    static Damage of(Damage... several) {
        long from = Long.MAX_VALUE;
        long needed = 0;
        for (Damage one : several) {
            from = Math.min(from, one.fromZxid);
            needed = Math.max(needed, one.neededZxid);
        }
        return new Damage(from, needed);
    }
}
