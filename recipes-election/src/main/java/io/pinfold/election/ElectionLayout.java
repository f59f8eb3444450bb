package io.pinfold.election;

import io.pinfold.framework.PlaceNames;

/**
 * How the candidates' znodes are named: like those of one of Apache Curator's two elections. Whoever takes part in one
 * election must use the same; with the other they would lead side by side, as Curator's two do.
 */
public enum ElectionLayout {
    /** As Curator's {@code LeaderLatch} does; the default. */
    LATCH("latch-"),
    /** As Curator's {@code LeaderSelector} does. */
    SELECTOR("lock-");

    private final PlaceNames names;

    ElectionLayout(String marker) {
        this.names = new PlaceNames(marker);
    }

    PlaceNames names() {
        return names;
    }
}
