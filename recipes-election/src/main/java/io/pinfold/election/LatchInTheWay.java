package io.pinfold.election;

/**
 * A {@code LeaderLatch} of Apache Curator waits right behind the leader, whose znode must not be written now: the latch has a
 * one-time watch there and, told of a change, does not set another, so it would never learn that the leader is gone.
 */
final class LatchInTheWay extends IllegalStateException {
    private static final long serialVersionUID = 1;

    LatchInTheWay(String latch, String leader) {
        super("Nothing can be written to " + leader + " while " + latch
                + " waits behind it: a LeaderLatch of Apache Curator" + " would miss the end of this term");
    }
}
