package io.pinfold.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Gives the zxids of one server names that mean the same on another server: the rank among the zxids of the successful
 * writes of a scenario. Zxids of refused writes, which one server uses up and the other does not, and of changes that
 * no reply told of, get the rank of the successful write before them. Confined to one thread.
 */
final class KnownZxids {
    private final List<Long> zxids = new ArrayList<>();

    void add(long zxid) {
        int at = Collections.binarySearch(zxids, zxid);
        if (at < 0) {
            zxids.add(-at - 1, zxid);
        }
    }

    /** {@return the name of the zxid of a change} */
    String nameOf(long zxid) {
        if (zxid <= 0) {
            return Long.toString(zxid);
        }
        return (Collections.binarySearch(zxids, zxid) >= 0 ? "#" : "after #") + rank(zxid);
    }

    /** {@return the name of the state up to this zxid} */
    String nameOfState(long zxid) {
        return zxid <= 0 ? Long.toString(zxid) : "#" + rank(zxid);
    }

    /** {@return the zxid of the change so many changes before the newest, or 1} */
    long back(int changes) {
        return changes < zxids.size() ? zxids.get(zxids.size() - 1 - changes) : 1;
    }

    private int rank(long zxid) {
        int at = Collections.binarySearch(zxids, zxid);
        return at >= 0 ? at + 1 : -at - 1;
    }
}
