package io.pinfold.queue;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of an item's znode says: {@code PRIORITY.DUE.KEY.ID.SEQUENCE}. Immutable.
 *
 * @param bucket the number of the directory in which it is
 * @param priority smaller ones are served first
 * @param due when it may be delivered, in milliseconds since 1970 by the leader's clock; 0 for at once
 * @param keyToken see {@link KeyToken}; {@value #NO_KEY} for none
 * @param id a GUID
 * @param sequence the server's number of it in its bucket
 * @param name the whole name
 */
record Item(int bucket, int priority, long due, String keyToken, String id, int sequence, String name) {
    static final String NO_KEY = "_";

    /** Who is put first stands first. */
    static final Comparator<Item> BY_ARRIVAL = Comparator.comparingInt(Item::bucket)
            .thenComparingInt(Item::sequence)
            .thenComparing(Item::name);
    /** Who is served first stands first. */
    static final Comparator<Item> BY_PRIORITY =
            Comparator.comparingInt(Item::priority).thenComparing(BY_ARRIVAL);
    /** Who is due first stands first. */
    static final Comparator<Item> BY_DUE = Comparator.comparingLong(Item::due).thenComparing(BY_ARRIVAL);

    private static final Pattern NAME = Pattern.compile(
            "(\\d{3})\\.(0|[1-9a-f][0-9a-f]{0,14})\\.(_|[=~][\\w-]{1,64})\\.([0-9a-f-]{36})\\.(\\d{10})");
    private static final int HEX = 16;

    /** {@return the name to ask the server for; it appends the sequence} */
    static String request(int priority, long due, String keyToken, String id) {
        return String.format(Locale.ROOT, "%03d.%s.%s.%s.", priority, Long.toHexString(due), keyToken, id);
    }

    /** {@return the item of a znode, or empty for a stranger} */
    static Optional<Item> parse(int bucket, String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long sequence = Long.parseLong(parts.group(5));
        if (sequence > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        return Optional.of(new Item(
                bucket,
                Integer.parseInt(parts.group(1)),
                Long.parseLong(parts.group(2), HEX),
                parts.group(3),
                parts.group(4),
                (int) sequence,
                name));
    }

    boolean hasKey() {
        return !keyToken.equals(NO_KEY);
    }

    /** {@return the name of the znode that excludes all others: one for each item, or one for all items of a key} */
    String marker() {
        return hasKey() ? keyToken : id;
    }
}
