package io.pinfold.framework;

import java.time.Duration;

/**
 * How far a cached picture can be trusted to be the present one. Immutable.
 *
 * @param live whether the connected server tells of every change; its own picture may be behind the leader's by as much
 *     as that of any read
 * @param staleFor for how long at least changes may have been missed; zero while live
 */
public record Freshness(boolean live, Duration staleFor) {
    /** Changes are told as they happen. */
    public static final Freshness LIVE = new Freshness(true, Duration.ZERO);

    /**
     * {@return not live}
     *
     * @param since for how long
     */
    public static Freshness stale(Duration since) {
        return new Freshness(false, since);
    }

    /**
     * {@return whether the picture is live, or was a moment ago}
     *
     * @param longest for how long changes may have been missed
     */
    public boolean isWithin(Duration longest) {
        return live || staleFor.compareTo(longest) <= 0;
    }
}
