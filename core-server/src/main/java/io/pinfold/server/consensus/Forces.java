package io.pinfold.server.consensus;

import java.util.ArrayDeque;

/**
 * What the forces mean that the disk tells of. It tells of all appends in their order, also of those from before a cut, and
 * entries that were cut can come again: a force from before the cut says nothing about those. Confined to the node loop.
 */
final class Forces {
    /** For each cut that the disk may not have come to, the last entry that was appended before. */
    private final ArrayDeque<Long> beforeCuts = new ArrayDeque<>();
    /** What none of these cuts took away. */
    private long leftZxid = Long.MAX_VALUE;
    /** The last entry that was appended since the last cut, and not told of; 0 for none. */
    private long untoldZxid;

    void appended(long zxid) {
        untoldZxid = zxid;
    }

    void cutAfter(long zxid) {
        if (untoldZxid != 0) {
            beforeCuts.add(untoldZxid);
            untoldZxid = 0;
        }
        if (!beforeCuts.isEmpty()) {
            leftZxid = Math.min(leftZxid, zxid);
        }
    }

    /** {@return up to where a force covers what is still there} */
    long left(long forcedZxid) {
        if (beforeCuts.isEmpty()) {
            untoldZxid = forcedZxid == untoldZxid ? 0 : untoldZxid;
            return forcedZxid;
        }
        long left = Math.min(forcedZxid, leftZxid);
        if (forcedZxid == beforeCuts.peek()) {
            beforeCuts.remove();
            leftZxid = beforeCuts.isEmpty() ? Long.MAX_VALUE : leftZxid;
        }
        return left;
    }
}
