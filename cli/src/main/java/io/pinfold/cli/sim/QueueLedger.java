package io.pinfold.cli.sim;

import io.pinfold.queue.PutOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What producers and consumers of a queue say: each item whose put returned is acknowledged once, nothing else is delivered,
 * nothing is delivered after that, nothing overtakes what it must not, equal items keep each other out, and dead letters are
 * what was rejected or delivered too often. Confined to the world's thread.
 */
final class QueueLedger {
    static final String ONCE = "QueueOnce";
    static final String NOTHING_LOST = "QueueKeepsAll";
    static final String ORDER = "QueueOrder";

    static final String DEDUP = "QueueKeepsEqualsOut";
    static final String DEAD_LETTERS = "QueueDeadLetters";
    /** Who allows more deliveries than that means that nothing becomes a dead letter by them. */
    private static final int ALWAYS_ENOUGH = 100;

    /** An item's story. */
    private static final class Story {
        final String item;
        final String producer;
        final PutOptions options;
        final long begun;
        /** All items that were put as one with it. */
        List<Story> together = List.of(this);

        @Nullable
        Outcome put;

        long putAt;
        int acknowledged;
        /** Acknowledgements that were asked for, and may have happened. */
        int doubts;
        /** When nobody can have taken it for an item of the queue any more; 0 for not yet. */
        long leftAt;

        boolean rejected;
        /** It was a dead letter, and may be in the queue again behind others. */
        boolean strayed;
        /** Somebody who knows no claims took it. */
        boolean takenAway;
        /** How often it had been delivered, as somebody was told last. */
        int count;

        Story(String item, String producer, PutOptions options, long begun) {
            this.item = item;
            this.producer = producer;
            this.options = options;
            this.begun = begun;
        }

        @Override
        public String toString() {
            return item + " with " + options;
        }

        boolean isGone() {
            return acknowledged > 0 || doubts > 0;
        }

        @Nullable
        String key() {
            return options.key();
        }

        boolean isEqualTo(Story other) {
            return this != other
                    && options.dedupKey() != null
                    && options.dedupKey().equals(other.options.dedupKey());
        }
    }

    private final Complaints complaints;
    private final boolean strict;
    private final int maxDeliveries;
    private final Predicate<String> isQueued;
    private final Predicate<String> isDeadLetter;
    private final Map<String, Story> byItem = new HashMap<>();
    private final List<Story> inOrder = new ArrayList<>();
    private int deliveries;
    private long steps;
    /** Those that were put before may be held by what is left of a session that ended. */
    private int orderedFrom;

    /**
     * Begins a ledger.
     *
     * @param strict whether there is one consumer, which takes one item at a time, so that items without a key must not
     *     overtake each other
     * @param maxDeliveries how often an item is delivered before it becomes a dead letter
     * @param isQueued whether an item is in the queue at present
     * @param isDeadLetter whether an item is one at present
     */
    QueueLedger(
            Complaints complaints,
            boolean strict,
            int maxDeliveries,
            Predicate<String> isQueued,
            Predicate<String> isDeadLetter) {
        this.complaints = complaints;
        this.strict = strict;
        this.maxDeliveries = maxDeliveries;
        this.isQueued = isQueued;
        this.isDeadLetter = isDeadLetter;
    }

    // ---- put -------------------------------------------------------------------------------------------------------

    /**
     * Somebody puts items as one; one producer's are told in the order of the calls.
     *
     * @param producer a life of a producer
     * @param options how each of them is put
     */
    void putBegun(List<String> items, String producer, PutOptions options) {
        steps++;
        List<Story> together = items.stream()
                .map(item -> new Story(item, producer, options, steps))
                .toList();
        for (Story story : together) {
            story.together = together;
            byItem.put(story.item, story);
            inOrder.add(story);
        }
    }

    void putEnded(String item, Outcome outcome) {
        Story story = story(item);
        if (story.put != Outcome.DONE) {
            story.put = outcome;
            story.putAt = ++steps;
        }
        if (outcome != Outcome.DONE) {
            return;
        }
        for (Story other : inOrder) {
            boolean before = other.put == Outcome.DONE && other.putAt < story.begun;
            if (before && story.isEqualTo(other) && isThere(other)) {
                complaints.broken(DEDUP, story + " was put beside " + other);
            }
        }
    }

    /** A put was told that an equal item is there. */
    void wasDuplicate(String item) {
        Story story = story(item);
        story.put = Outcome.REFUSED;
        boolean excused = inOrder.stream()
                .anyMatch(other -> story.isEqualTo(other)
                        && other.put != Outcome.REFUSED
                        && (other.leftAt == 0 || other.leftAt > story.begun));
        if (!excused) {
            complaints.broken(DEDUP, story + " was kept out, and no equal one was there");
        }
    }

    /** {@return whether an item that was put cannot have left its place in the queue} */
    private boolean isThere(Story story) {
        return !story.isGone() && !story.strayed && !isDeadLetter.test(story.item);
    }

    // ---- delivered -------------------------------------------------------------------------------------------------

    /** The one consumer has another session; its last one may hold an item for a while. */
    void sessionLost() {
        orderedFrom = inOrder.size();
    }

    /**
     * A consumer was given an item.
     *
     * @param count how often it was delivered, as it says; 0 if nothing tells
     */
    void delivered(String item, String consumer, int count) {
        Story story = given(item, consumer);
        if (story == null) {
            return;
        }
        if (count > maxDeliveries) {
            complaints.broken(DEAD_LETTERS, consumer + " was given " + item + " for time " + count);
        }
        if (count > 0 && count <= story.count) {
            complaints.broken(ONCE, consumer + " was given " + item + " for time " + count + " twice");
        }
        story.count = Math.max(story.count, count);
        for (int i = 0; inOrder.get(i) != story; i++) {
            Story earlier = inOrder.get(i);
            boolean held = earlier.key() == null && i < orderedFrom;
            if (!held && mustBeFirst(earlier, story) && (isThere(earlier) || isStillThere(earlier))) {
                complaints.broken(ORDER, consumer + " was given " + story + " before " + earlier);
            }
        }
    }

    /** {@return whether what may be acknowledged is not, and nothing but a claim can keep others of its key from overtaking} */
    private boolean isStillThere(Story story) {
        return story.key() != null && story.acknowledged == 0 && !story.strayed && isQueued.test(story.item);
    }

    /** Somebody was given a dead letter. */
    void found(String item, String who) {
        Story story = given(item, who);
        if (story != null) {
            if (!story.rejected && maxDeliveries > ALWAYS_ENOUGH) {
                complaints.broken(DEAD_LETTERS, who + " found " + item + ", which nobody rejected");
            }
            story.strayed = true;
            story.count = 0;
            leave(story);
        }
    }

    private @Nullable Story given(String item, String who) {
        deliveries++;
        Story story = byItem.get(item);
        if (story == null || story.put == Outcome.REFUSED) {
            complaints.broken(ONCE, who + " was given " + item + ", which nobody put");
            return null;
        }
        if (story.acknowledged > 0 && !story.takenAway) {
            complaints.broken(ONCE, who + " was given " + item + " again after it was acknowledged");
        }
        for (Story other : story.together) {
            if (other.put != Outcome.DONE) {
                other.put = Outcome.DONE; // as one: none of them may be missing
                other.putAt = ++steps;
            }
        }
        return story;
    }

    private void leave(Story story) {
        if (story.leftAt == 0) {
            story.leftAt = ++steps;
        }
    }

    private boolean mustBeFirst(Story earlier, Story later) {
        if (!earlier.producer.equals(later.producer) || earlier.put != Outcome.DONE) {
            return false;
        }
        if (earlier.key() != null || later.key() != null) {
            return earlier.key() != null && earlier.key().equals(later.key());
        }
        boolean late = !earlier.options.delay().isZero();
        return strict && !late && earlier.options.priority() <= later.options.priority();
    }

    // ---- ended -----------------------------------------------------------------------------------------------------

    /** A consumer makes a dead letter of an item. */
    void rejecting(String item) {
        story(item).rejected = true;
    }

    void ackBegun(String item) {
        story(item).doubts++;
    }

    /** A consumer was told what became of its acknowledgement; of one that was killed nobody tells. */
    void ackEnded(String item, String consumer, Outcome outcome) {
        Story story = story(item);
        if (outcome == Outcome.DONE) {
            leave(story);
            if (++story.acknowledged > 1) {
                complaints.broken(ONCE, consumer + " acknowledged " + item + ", as somebody else did");
            }
        } else if (outcome == Outcome.REFUSED) {
            story.doubts--;
        }
    }

    /** As {@link #ackEnded}, for somebody who knows no claims, and may so take an item that somebody has. */
    void takenAway(String item, String who, Outcome outcome) {
        story(item).takenAway = true;
        ackEnded(item, who, outcome);
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
