package io.pinfold.server.consensus;

/**
 * Notices that a leader's own disk cannot keep up with those of a majority. Confined to its {@link Leading}.
 *
 * <p>To be behind what is committed means nothing by itself: under load the others' forces always end a little before or
 * after the own one. What counts is how long the own disk takes to get to where the others were: again and again a commit
 * point is marked, and the disk is slow while no mark is reached in a small part of the patience.
 */
final class OwnDisk {
    private static final int MARKS = 10;

    private final long patienceNanos;
    private long markZxid;
    private long markedNanos;
    /** When the first of the marks was set that were all reached too late; {@code Long.MAX_VALUE} if there is none. */
    private long slowSinceNanos = Long.MAX_VALUE;

    /** @param patienceNanos for how long a slow disk is borne; 0 for ever */
    OwnDisk(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    /** {@return whether the disk was slow for too long; says so once, then patience begins anew} To be asked often. */
    boolean isTooSlow(long now, long durableZxid, long commitZxid) {
        boolean late = now - markedNanos > patienceNanos / MARKS;
        if (durableZxid >= commitZxid || durableZxid >= markZxid && !late) {
            slowSinceNanos = Long.MAX_VALUE;
            mark(now, commitZxid);
        } else {
            slowSinceNanos = late ? Math.min(slowSinceNanos, markedNanos) : slowSinceNanos;
            if (durableZxid >= markZxid) {
                mark(now, commitZxid);
            }
        }
        boolean tooSlow =
                patienceNanos != 0 && slowSinceNanos != Long.MAX_VALUE && now - slowSinceNanos > patienceNanos;
        if (tooSlow) {
            slowSinceNanos = Long.MAX_VALUE;
            mark(now, commitZxid);
        }
        return tooSlow;
    }

    private void mark(long now, long commitZxid) {
        markZxid = commitZxid;
        markedNanos = now;
    }
}
