package io.pinfold.cli.sim;

import java.util.HashMap;
import java.util.Map;

/**
 * What a cache gives out: nothing that it had told to be changed before it was asked, and never something older than before.
 * Confined to the world's thread.
 */
final class CacheStory {
    static final String PROMISE = "CacheNotBehindItself";

    private final Complaints complaints;
    private final String viewer;
    /** What wrote the newest data that were given out. */
    private final Map<String, Long> given = new HashMap<>();
    /** How often a change was told since then; the first time may have meant those data. */
    private final Map<String, Integer> changes = new HashMap<>();

    CacheStory(Complaints complaints, String viewer) {
        this.complaints = complaints;
        this.viewer = viewer;
    }

    /** The cache told that a key changed. */
    void changed(String key) {
        changes.merge(key, 1, Integer::sum);
    }

    /** {@return how old data of a key may be for who asks now: what wrote them has at least this zxid} */
    long asked(String key) {
        long newest = given.getOrDefault(key, 0L);
        return changes.getOrDefault(key, 0) > 1 ? newest + 1 : newest;
    }

    /**
     * The cache answered.
     *
     * @param oldest as {@link #asked} said
     * @param zxid what wrote the data; 0 if there is no such key
     */
    void answered(String key, long oldest, long zxid) {
        if (zxid == 0) {
            return;
        }
        if (zxid < oldest) {
            complaints.broken(
                    PROMISE,
                    viewer + " gave out " + key + " as of 0x" + Long.toHexString(zxid) + " where 0x"
                            + Long.toHexString(oldest) + " is the oldest that is right");
        }
        if (zxid > given.getOrDefault(key, 0L)) {
            given.put(key, zxid);
            changes.remove(key);
        }
    }
}
