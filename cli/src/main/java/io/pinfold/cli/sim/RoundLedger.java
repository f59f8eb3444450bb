package io.pinfold.cli.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What those say who pass a cyclic barrier: as many as it was made for pass a round, all of them waited at the same time, and
 * nobody who kept its session is told that a round broke which others passed. Confined to the world's thread.
 */
final class RoundLedger {
    static final String TOGETHER = "RoundsTogether";
    static final String FOR_ALL = "RoundsForAll";

    private final Complaints complaints;
    private final int parties;
    private final long remembered;
    private final Set<String> waiting = new HashSet<>();
    /** When somebody stopped waiting whose znode may outlast it. */
    private final Map<String, Long> departed = new HashMap<>();

    private final Map<Long, Set<String>> passed = new HashMap<>();
    private final Map<Long, String> broke = new HashMap<>();
    private final Map<String, Long> last = new HashMap<>();
    private int passages;

    /**
     * Begins a ledger.
     *
     * @param parties how many pass together
     * @param rememberedNanos how long the znode of somebody who is gone may be there
     */
    RoundLedger(Complaints complaints, int parties, long rememberedNanos) {
        this.complaints = complaints;
        this.parties = parties;
        this.remembered = rememberedNanos;
    }

    void arriving(String who) {
        waiting.add(who);
    }

    /** Gave up, or was killed. */
    void departed(String who, long nowNanos) {
        if (waiting.remove(who)) {
            departed.put(who, nowNanos);
        }
    }

    void passed(String who, long round, long nowNanos) {
        passages++;
        Set<String> all = passed.computeIfAbsent(round, number -> new HashSet<>());
        departed.values().removeIf(since -> nowNanos - since > remembered);
        if (all.isEmpty() && waiting.size() + departed.size() < parties) {
            complaints.broken(TOGETHER, who + " passes round " + round + " with " + waiting + " and " + departed);
        }
        waiting.remove(who);
        all.add(who);
        if (all.size() > parties) {
            complaints.broken(TOGETHER, all + " passed round " + round);
        }
        Long before = last.put(who, round);
        if (before != null && before >= round) {
            complaints.broken(TOGETHER, who + " passes round " + round + " after round " + before);
        }
        requireForAll(round);
    }

    /** Somebody was told that a round broke. */
    void broke(String who, long round, boolean keptSession, long nowNanos) {
        departed(who, nowNanos);
        if (keptSession) {
            broke.put(round, who);
            requireForAll(round);
        }
    }

    private void requireForAll(long round) {
        String unlucky = broke.get(round);
        Set<String> lucky = passed.get(round);
        if (unlucky != null && lucky != null) {
            complaints.broken(FOR_ALL, lucky + " passed round " + round + ", which broke for " + unlucky);
        }
    }

    int passages() {
        return passages;
    }
}
