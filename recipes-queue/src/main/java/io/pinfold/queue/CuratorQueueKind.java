package io.pinfold.queue;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whose format a queue has that programs with Apache Curator use as well; see {@link WorkQueueBuilder#curator}. */
public enum CuratorQueueKind {
    /** {@code DistributedQueue}: by arrival. */
    PLAIN("queue-(\\d{10})"),
    /** {@code DistributedIdQueue}: by arrival; the key of the options becomes the id, which keeps nothing in order. */
    ID("queue-\\|([^|/]*)\\|(\\d{10})"),
    /** {@code DistributedPriorityQueue}: smaller ones first. */
    PRIORITY("queue-([01][0-9A-F]{8})(\\d{10})"),
    /** {@code DistributedDelayQueue}: when it is due; Curator's consumers go by clocks of their own. */
    DELAY("queue-\\|([0-9A-F]{8,15})\\|(\\d{10})"),
    /** {@code SimpleDistributedQueue}, and ZooKeeper's own {@code DistributedQueue}: bare bytes, by arrival. */
    SIMPLE("qn-(\\d{10})");

    private static final int HEX = 16;

    private final Pattern name;

    CuratorQueueKind(String name) {
        this.name = Pattern.compile(name);
    }

    Optional<Item> parse(String znode) {
        Matcher parts = name.matcher(znode);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long sequence = Long.parseLong(parts.group(parts.groupCount()));
        if (sequence > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        int priority = this == PRIORITY
                ? Integer.parseUnsignedInt(parts.group(1).substring(1), HEX)
                : PutOptions.DEFAULT_PRIORITY;
        long due = this == DELAY ? Long.parseLong(parts.group(1), HEX) : 0;
        return Optional.of(new Item(0, priority, due, Item.NO_KEY, znode, (int) sequence, znode));
    }

    String request(PutOptions options, long due) {
        return switch (this) {
            case PLAIN -> "queue-";
            case ID -> "queue-|" + idOf(options) + '|';
            case PRIORITY -> String.format(Locale.ROOT, "queue-1%08X", options.priority());
            case DELAY -> String.format(Locale.ROOT, "queue-|%08X|", due);
            case SIMPLE -> "qn-";
        };
    }

    private static String idOf(PutOptions options) {
        String id = options.key();
        return id == null ? "" : id.replace('/', '_').replace('|', '_');
    }

    /** {@return the id of an item, if it has one} */
    Optional<String> idOf(Item item) {
        Matcher parts = name.matcher(item.name());
        return this == ID && parts.matches() ? Optional.of(parts.group(1)) : Optional.empty();
    }

    /** Refuses what a name of this kind does not say. */
    void check(PutOptions options) {
        refuse(options.dedupKey() != null, "no dedup key");
        refuse(options.key() != null && this != ID, "no key");
        refuse(!options.delay().isZero() && this != DELAY, "no delay");
        refuse(options.priority() != PutOptions.DEFAULT_PRIORITY && this != PRIORITY, "no priority");
    }

    private void refuse(boolean wanted, String lack) {
        if (wanted) {
            throw new IllegalArgumentException("Items of a queue of Curator's kind " + this + " have " + lack);
        }
    }
}
