package io.pinfold.cli.sim;

import java.util.HashSet;
import java.util.Set;

/**
 * What those say who count a latch down and who wait for it: it opens when all names are counted, not before, and no name counts
 * twice. Confined to the world's thread.
 */
final class LatchLedger {
    static final String PROMISE = "LatchOpensInTime";

    private final Complaints complaints;
    private final int count;
    private final Set<String> begun = new HashSet<>();
    private final Set<String> first = new HashSet<>();

    LatchLedger(Complaints complaints, int count) {
        this.complaints = complaints;
        this.count = count;
    }

    void counting(String name) {
        begun.add(name);
    }

    /** Somebody was told that its counting of a name was the first one. */
    void countedFirst(String name) {
        if (!first.add(name)) {
            complaints.broken(PROMISE, name + " was counted twice for the first time");
        }
    }

    void opened(String who) {
        if (begun.size() < count) {
            complaints.broken(PROMISE, who + " finds the latch open, but only " + begun + " were counted");
        }
    }
}
