package io.pinfold.framework;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * How the znodes of one queue are named: {@code _c_GUID-MARKERsequence}, Apache Curator's layout. Immutable.
 *
 * <p>A name takes part in the queue if a sequence follows the last occurrence of the marker, whatever stands before it;
 * every other child of the directory is a stranger and ignored. (Curator sorts strangers by their whole name. Ignoring
 * them cannot break exclusion: whoever Curator takes for the first is also the first among the names with a sequence.)
 *
 * <p>Sequences come from a 32-bit counter of the directory and wrap around; they are compared by serial-number
 * arithmetic, which is right while fewer than 2<sup>31</sup> creations lie between the oldest and the newest.
 *
 * @param marker what stands before the sequence, such as {@code lock-}
 */
public record PlaceNames(String marker) {
    private static final String GUARD = "_c_";
    /** Where a UUID of ours shows its version. */
    private static final int OWN_VERSION_AT = GUARD.length() + 14;

    private static final char OWN_VERSION = '8';

    /**
     * {@return the name to ask the server for, without the sequence that it appends}
     *
     * @param guid an identity that is used once
     */
    public String request(String guid) {
        return GUARD + guid + '-' + marker;
    }

    /**
     * {@return whether a name was made with this identity}
     *
     * @param name a child's name
     * @param guid an identity
     */
    public boolean bears(String name, String guid) {
        return name.startsWith(GUARD + guid + '-');
    }

    /**
     * {@return whether a name was made by a client of this library, as far as its identity tells}
     *
     * @param name a child's name
     * @see io.pinfold.client.ClientRuntime#newGuid()
     */
    public static boolean isOurs(String name) {
        return name.startsWith(GUARD) && name.length() > OWN_VERSION_AT && name.charAt(OWN_VERSION_AT) == OWN_VERSION;
    }

    /**
     * {@return the sequence in a name, or empty for a stranger}
     *
     * @param name a child's name
     */
    public OptionalInt sequence(String name) {
        int at = name.lastIndexOf(marker);
        if (at < 0) {
            return OptionalInt.empty();
        }
        int from = at + marker.length();
        int length = name.length() - from;
        boolean negative = length > 0 && name.charAt(from) == '-';
        // The server formats with %010d: ten characters, sign included, or eleven for the most negative numbers.
        if (length != 10 && !(negative && length == 11)) {
            return OptionalInt.empty();
        }
        long value = 0;
        for (int i = negative ? from + 1 : from; i < name.length(); i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return OptionalInt.empty();
            }
            value = value * 10 + digit;
        }
        long signed = negative ? -value : value;
        return signed == (int) signed ? OptionalInt.of((int) signed) : OptionalInt.empty();
    }

    /**
     * {@return whether the first name stands before the second in the queue}
     *
     * @param first a name with a sequence
     * @param second a name with a sequence
     */
    public boolean before(String first, String second) {
        return compare(first, second, sequence(second).orElseThrow()) < 0;
    }

    /**
     * {@return the names that take part in the queue, in its order}
     *
     * @param names the names of all children
     */
    public List<String> inOrder(Collection<String> names) {
        List<String> places = new ArrayList<>(names.size());
        for (String name : names) {
            if (sequence(name).isPresent()) {
                places.add(name);
            }
        }
        if (places.size() > 1) {
            // A fixed pivot makes the circular order a total one as long as no two places are half a circle apart.
            int pivot = sequence(places.get(0)).orElseThrow();
            Comparator<String> order = (a, b) -> compare(a, b, pivot);
            places.sort(order);
        }
        return places;
    }

    private int compare(String first, String second, int pivot) {
        int a = sequence(first).orElseThrow() - pivot;
        int b = sequence(second).orElseThrow() - pivot;
        return a != b ? Integer.compare(a, b) : first.compareTo(second);
    }
}
