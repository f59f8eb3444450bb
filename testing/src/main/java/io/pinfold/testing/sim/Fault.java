package io.pinfold.testing.sim;

import java.util.Locale;
import java.util.TreeMap;

/**
 * Something that goes wrong at a moment. Immutable; a line of text and back.
 *
 * @param atMillis when
 * @param kind what
 * @param member with whom; {@link #LEADER} for whoever leads then, {@link #NEXT_LEADER} for whoever is elected next, in
 *     which case it happens {@code detail} milliseconds after the election
 * @param other with whom else
 * @param forMillis for how long
 * @param detail more, as the kind says
 */
public record Fault(long atMillis, Kind kind, int member, int other, long forMillis, int detail) {
    /** Whoever leads at that moment. */
    public static final int LEADER = 0;
    /** Whoever is elected next. */
    public static final int NEXT_LEADER = -1;

    /** What can go wrong. */
    public enum Kind {
        /** The process ends, and comes back later. */
        KILL,
        /** The machine loses power; its connections stay half open. */
        POWER,
        /** As POWER, in the middle of a call of the disk, after {@code detail} others. */
        POWER_IN_CALL,
        /** Nothing comes through from one member to another. */
        CUT,
        /** Nothing comes through between two members. */
        PART,
        /** Nothing comes through between a member and all others. */
        ISOLATE,
        /** Two groups see each other only through one member. */
        BRIDGE,
        /** A connection between two members breaks. */
        DROP,
        /** Everything takes {@code detail} times longer on the network. */
        SLOW_NET,
        /** The process stands still. */
        PAUSE,
        /** The wall clock jumps by {@code detail} minutes. */
        WALL,
        /** The disk is slow. */
        SLOW_DISK,
        /** The next force fails. */
        FAIL_FORCE,
        /** The disk is full. */
        FULL_DISK,
        /** A bit of a file flips. */
        ROT,
        /** The member comes back with an empty directory. */
        WIPE,
        /** All lose power; a majority comes back with empty directories, and the others only later. */
        DISASTER,
        /** All connections of clients to the member break. */
        CLIENTS,
        /** The leader hands over. */
        HAND_OVER,
        /** The voters become those whose bits are set in {@code detail}. */
        RECONFIGURE
    }

    Fault at(long millis) {
        return new Fault(millis, kind, member, other, forMillis, detail);
    }

    Fault lasting(long millis) {
        return new Fault(atMillis, kind, member, other, millis, detail);
    }

    /** {@return the line that {@link #parse} reads} */
    public String line() {
        return "at=" + atMillis + " " + kind.name().toLowerCase(Locale.ROOT) + " member=" + member + " other=" + other
                + " for=" + forMillis + " detail=" + detail;
    }

    /**
     * {@return the fault that a line tells of}
     *
     * @param line as {@link #line} gives it
     */
    public static Fault parse(String line) {
        TreeMap<String, Long> numbers = new TreeMap<>();
        Kind kind = null;
        for (String word : line.trim().split(" +")) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                kind = Kind.valueOf(word.toUpperCase(Locale.ROOT));
            } else {
                numbers.put(word.substring(0, equals), Long.valueOf(word.substring(equals + 1)));
            }
        }
        if (kind == null) {
            throw new IllegalArgumentException("No fault: " + line);
        }
        return new Fault(
                number(numbers, "at"),
                kind,
                (int) number(numbers, "member"),
                (int) number(numbers, "other"),
                number(numbers, "for"),
                (int) number(numbers, "detail"));
    }

    private static long number(TreeMap<String, Long> numbers, String name) {
        return numbers.getOrDefault(name, 0L);
    }
}
