package io.pinfold.cli.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What producers and consumers of a queue say: each item whose put returned is acknowledged once, nothing else is delivered,
 * nothing is delivered after that, and nothing overtakes what it must not. Confined to the world's thread.
 */
final class QueueLedger {
    static final String ONCE = "QueueOnce";
    static final String NOTHING_LOST = "QueueKeepsAll";
    static final String ORDER = "QueueOrder";

    /** An item's story. */
    private static final class Story {
        final String item;
        final String producer;
        final int priority;
        final @Nullable String key;
        final boolean late;

        @Nullable
        Outcome put;

        int acknowledged;
        /** An acknowledgement was asked for, and may have happened. */
        boolean maybeAcknowledged;

        Story(String item, String producer, int priority, @Nullable String key, boolean late) {
            this.item = item;
            this.producer = producer;
            this.priority = priority;
            this.key = key;
            this.late = late;
        }

        @Override
        public String toString() {
            return item + " of priority " + priority + " and key " + key;
        }

        boolean isGone() {
            return acknowledged > 0 || maybeAcknowledged;
        }
    }

    private final Complaints complaints;
    private final boolean strict;
    private final Map<String, Story> byItem = new HashMap<>();
    private final List<Story> inOrder = new ArrayList<>();
    private int deliveries;
    /** Those that were put before may be held by what is left of a session that ended. */
    private int orderedFrom;

    /**
     * Begins a ledger.
     *
     * @param strict whether there is one consumer, which takes one item at a time, so that items without a key must not
     *     overtake each other
     */
    QueueLedger(Complaints complaints, boolean strict) {
        this.complaints = complaints;
        this.strict = strict;
    }

    /**
     * Somebody puts an item; one producer's are told in the order of the calls.
     *
     * @param producer a life of a producer
     * @param late whether it is put with a delay
     */
    void putBegun(String item, String producer, int priority, @Nullable String key, boolean late) {
        Story story = new Story(item, producer, priority, key, late);
        byItem.put(item, story);
        inOrder.add(story);
    }

    void putEnded(String item, Outcome outcome) {
        story(item).put = outcome;
    }

    /** The one consumer has another session; its last one may hold an item for a while. */
    void sessionLost() {
        orderedFrom = inOrder.size();
    }

    /** A consumer was given an item. */
    void delivered(String item, String consumer) {
        deliveries++;
        Story story = byItem.get(item);
        if (story == null || story.put == Outcome.REFUSED) {
            complaints.broken(ONCE, consumer + " was given " + item + ", which nobody put");
            return;
        }
        if (story.acknowledged > 0) {
            complaints.broken(ONCE, consumer + " was given " + item + " again after it was acknowledged");
        }
        for (int i = 0; inOrder.get(i) != story; i++) {
            Story earlier = inOrder.get(i);
            boolean held = earlier.key == null && i < orderedFrom;
            if (!held && mustBeFirst(earlier, story) && !earlier.isGone()) {
                complaints.broken(ORDER, consumer + " was given " + story + " before " + earlier);
            }
        }
    }

    private boolean mustBeFirst(Story earlier, Story later) {
        if (!earlier.producer.equals(later.producer) || earlier.put != Outcome.DONE) {
            return false;
        }
        if (earlier.key != null || later.key != null) {
            return earlier.key != null && earlier.key.equals(later.key);
        }
        return strict && !earlier.late && earlier.priority <= later.priority;
    }

    void ackBegun(String item) {
        story(item).maybeAcknowledged = true;
    }

    /** A consumer was told what became of its acknowledgement; of one that was killed nobody tells. */
    void ackEnded(String item, String consumer, Outcome outcome) {
        Story story = story(item);
        if (outcome == Outcome.DONE) {
            if (++story.acknowledged > 1) {
                complaints.broken(ONCE, consumer + " acknowledged " + item + ", as somebody else did");
            }
        } else if (outcome == Outcome.REFUSED) {
            story.maybeAcknowledged = false; // at most one is under way: an item has one consumer at a time
        }
    }

    private Story story(String item) {
        Story story = byItem.get(item);
        if (story == null) {
            throw new IllegalStateException("Nobody tells of " + item);
        }
        return story;
    }

    int deliveries() {
        return deliveries;
    }

    /**
     * Everything was consumed that was to be had.
     *
     * @param postponed whether an item is there and may not be delivered yet
     */
    void end(Predicate<String> postponed) {
        for (Story story : inOrder) {
            if (story.put == Outcome.DONE && !story.isGone() && !postponed.test(story.item)) {
                complaints.broken(NOTHING_LOST, story.item + " was put, and nobody could acknowledge it");
            }
        }
    }
}
