package io.pinfold.server.tree;

import org.jspecify.annotations.Nullable;

/**
 * Addresses of four or sixteen bytes as text, and patterns of them: an address, or one with the number of its bits that
 * count, as in {@code 10.0.0.0/8}. Stateless; asks no name service.
 */
final class Addresses {
    private Addresses() {}

    static boolean isPattern(String text) {
        byte[] address = bytes(addressOf(text));
        return address != null && bits(text, address.length * 8) >= 0;
    }

    /** Whether an address is one of those that a pattern stands for. */
    static boolean matches(String address, String pattern) {
        byte[] wanted = bytes(addressOf(pattern));
        byte[] actual = bytes(address);
        if (wanted == null || actual == null || wanted.length != actual.length) {
            return false;
        }
        int bits = bits(pattern, wanted.length * 8);
        for (int i = 0; i < bits; i += 8) {
            int mask = bits - i >= 8 ? 0xff : 0xff << 8 - (bits - i);
            if (((wanted[i / 8] ^ actual[i / 8]) & mask) != 0) {
                return false;
            }
        }
        return bits >= 0;
    }

    private static String addressOf(String pattern) {
        int slash = pattern.indexOf('/');
        return slash < 0 ? pattern : pattern.substring(0, slash);
    }

    /** How many bits count, or −1. */
    private static int bits(String pattern, int all) {
        int slash = pattern.indexOf('/');
        return slash < 0 ? all : number(pattern.substring(slash + 1), all);
    }

    private static byte @Nullable [] bytes(String address) {
        if (address.indexOf(':') < 0) {
            return fourBytes(address);
        }
        int zone = address.indexOf('%'); // which network interface, in the address of a peer
        return sixteenBytes(zone < 0 ? address : address.substring(0, zone));
    }

    private static byte @Nullable [] fourBytes(String address) {
        String[] parts = address.split("\\.", -1);
        byte[] bytes = new byte[4];
        for (int i = 0; i < parts.length && parts.length == 4; i++) {
            int number = number(parts[i], 255);
            if (number < 0) {
                return null;
            }
            bytes[i] = (byte) number;
        }
        return parts.length == 4 ? bytes : null;
    }

    private static byte @Nullable [] sixteenBytes(String address) {
        int gap = address.indexOf("::");
        byte[] bytes = new byte[16];
        if (gap < 0) {
            return groups(address, bytes, 0) == 8 ? bytes : null;
        }
        String behind = address.substring(gap + 2);
        int left = groups(address.substring(0, gap), bytes, 0);
        int right = behind.isEmpty() ? 0 : behind.split(":", -1).length;
        boolean fits = left >= 0 && left + right <= 7;
        return fits && groups(behind, bytes, 8 - right) == right ? bytes : null;
    }

    /** Puts groups of up to four hexadecimal digits to their place. How many there are, or −1 if one is not a group. */
    private static int groups(String text, byte[] bytes, int at) {
        if (text.isEmpty()) {
            return 0;
        }
        String[] groups = text.split(":", -1);
        for (int i = 0; i < groups.length; i++) {
            int value = at + i < 8 ? group(groups[i]) : -1;
            if (value < 0) {
                return -1;
            }
            bytes[2 * (at + i)] = (byte) (value >> 8);
            bytes[2 * (at + i) + 1] = (byte) value;
        }
        return groups.length;
    }

    private static int group(String text) {
        boolean legal = !text.isEmpty()
                && text.length() <= 4
                && text.chars().allMatch(c -> c < 0x80 && Character.digit(c, 16) >= 0);
        return legal ? Integer.parseInt(text, 16) : -1;
    }

    /** A decimal number from 0 to a limit, or −1. */
    private static int number(String text, int limit) {
        if (text.isEmpty() || text.length() > 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int number = Integer.parseInt(text);
        return number <= limit ? number : -1;
    }
}
