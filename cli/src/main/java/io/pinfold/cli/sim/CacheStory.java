package io.pinfold.cli.sim;

import java.util.HashMap;
import java.util.Map;

/**
 * What a cache gives out: nothing that it knew to be overtaken when it was asked, and never something older than before.
 * Confined to the world's thread.
 */
final class CacheStory {
    static final String PROMISE = "CacheNotBehindItself";

    private final Complaints complaints;
    private final String viewer;
    /** What wrote the newest data that were given out. */
    private final Map<String, Long> given = new HashMap<>();

    CacheStory(Complaints complaints, String viewer) {
        this.complaints = complaints;
        this.viewer = viewer;
    }

    /**
     * {@return how old data of a key may be for who asks now: what wrote them has at least this zxid}
     *
     * @param known what wrote them, as the cache knows
     */
    long asked(String key, long known) {
        return Math.max(known, given.getOrDefault(key, 0L));
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
        given.merge(key, zxid, Math::max);
    }
}
