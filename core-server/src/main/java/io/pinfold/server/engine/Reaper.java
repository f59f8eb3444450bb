package io.pinfold.server.engine;

import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.Znode;
import java.util.function.Predicate;

/**
 * Finds the znodes that the leader deletes by itself: containers that lost their last child, and znodes whose time to live
 * is over. Looks at all such znodes from time to time, a few at once, so that requests never wait for it, and gives up no
 * more than so many in a minute. Confined to the node loop.
 */
final class Reaper {
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** How many znodes are looked at in one turn. */
    private static final int MOST_LOOKS = 2_000;
    /** The pause before the next ones when nothing was found. */
    private static final long SHORT_PAUSE_MILLIS = 10;

    private static final long PAUSE_MILLIS = 100;

    private final DataTree tree;
    private final Policy.Removal policy;
    /** The pause after removals, and how many there may be between two pauses. */
    private final long pauseMillis;

    private final int mostRemovals;
    /** The last znode that was looked at; empty between two rounds. */
    private String position = "";

    private long nextNanos;

    Reaper(DataTree tree, Policy.Removal policy, long now) {
        this.tree = tree;
        this.policy = policy;
        this.pauseMillis = Math.max(PAUSE_MILLIS, 60_000 / policy.perMinute());
        this.mostRemovals = (int) Math.max(1, policy.perMinute() * pauseMillis / 60_000);
        this.nextNanos = now + policy.intervalMillis() * NANOS_PER_MILLI;
    }

    /** {@return when {@link #run} has to be called next} */
    long nextDeadlineNanos() {
        return nextNanos;
    }

    /** Nothing can be deleted at the moment. */
    void postpone(long now) {
        nextNanos = Math.max(nextNanos, now + PAUSE_MILLIS * NANOS_PER_MILLI);
    }

    /**
     * Looks at the next few znodes if it is time.
     *
     * @param remove deletes a znode, if nothing of it is under way; says whether it did
     */
    void run(long now, long wallMillis, Predicate<Znode> remove) {
        if (now < nextNanos) {
            return;
        }
        int removed = 0;
        for (int looks = 0; looks < MOST_LOOKS && removed < mostRemovals; looks++) {
            Znode node = tree.nextRemovable(position);
            if (node == null) {
                position = "";
                nextNanos = now + policy.intervalMillis() * NANOS_PER_MILLI;
                return;
            }
            position = node.path();
            if (node.isDue(wallMillis, policy.neverUsedMillis()) && remove.test(node)) {
                removed++;
            }
        }
        nextNanos = now + (removed == 0 ? SHORT_PAUSE_MILLIS : pauseMillis) * NANOS_PER_MILLI;
    }
}
