package io.pinfold.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to put an item. Immutable: each method returns a changed copy.
 *
 * @param priority from 0 to 999; smaller ones are served first
 * @param delay for how long nobody gets the item; counted by the clock of the ensemble's leader
 * @param key items with the same key are delivered one after the other, in the order in which they were put, whatever
 *     their priorities; {@code null} for none
 * @param dedupKey while an item with this key is in the queue, or claimed, no other one gets in; {@code null} for none
 */
public record PutOptions(
        int priority,
        Duration delay,
        @Nullable String key,
        @Nullable String dedupKey) {
    static final int LAST_PRIORITY = 999;
    private static final Duration LONGEST_DELAY = Duration.ofDays(36_500);

    /** The priority of items that were put without saying one. */
    public static final int DEFAULT_PRIORITY = 500;
    /** Priority 500, at once, no keys. */
    public static final PutOptions DEFAULT = new PutOptions(DEFAULT_PRIORITY, Duration.ZERO, null, null);

    /**
     * Checks the numbers.
     *
     * @param priority from 0 to 999
     * @param delay for how long nobody gets the item, at most a century
     * @param key what keeps items in order
     * @param dedupKey what keeps equal items out
     * @throws IllegalArgumentException if a number is out of its range
     */
    public PutOptions {
        if (priority < 0 || priority > LAST_PRIORITY) {
            throw new IllegalArgumentException("Wanted a priority from 0 to 999, got " + priority);
        }
        if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException("Wanted a delay of at most a century, got " + delay);
        }
    }

    /**
     * {@return options with a priority}
     *
     * @param priority from 0 to 999; smaller ones are served first
     */
    public static PutOptions priority(int priority) {
        return DEFAULT.withPriority(priority);
    }

    /**
     * {@return options with a delay}
     *
     * @param delay for how long nobody gets the item
     */
    public static PutOptions delay(Duration delay) {
        return DEFAULT.withDelay(delay);
    }

    /**
     * {@return options with a key}
     *
     * @param key what keeps items in order
     */
    public static PutOptions key(String key) {
        return DEFAULT.withKey(key);
    }

    /**
     * {@return options with a key that keeps equal items out}
     *
     * @param dedupKey the key
     */
    public static PutOptions dedupKey(String dedupKey) {
        return DEFAULT.withDedupKey(dedupKey);
    }

    /**
     * {@return the same with another priority}
     *
     * @param smallerFirst from 0 to 999
     */
    public PutOptions withPriority(int smallerFirst) {
        return new PutOptions(smallerFirst, delay, key, dedupKey);
    }

    /**
     * {@return the same with another delay}
     *
     * @param howLong for how long nobody gets the item
     */
    public PutOptions withDelay(Duration howLong) {
        return new PutOptions(priority, howLong, key, dedupKey);
    }

    /**
     * {@return the same with another key}
     *
     * @param inOrder what keeps items in order, or {@code null} for none
     */
    public PutOptions withKey(@Nullable String inOrder) {
        return new PutOptions(priority, delay, inOrder, dedupKey);
    }

    /**
     * {@return the same with another key that keeps equal items out}
     *
     * @param once the key, or {@code null} for none
     */
    public PutOptions withDedupKey(@Nullable String once) {
        return new PutOptions(priority, delay, key, once);
    }
}
