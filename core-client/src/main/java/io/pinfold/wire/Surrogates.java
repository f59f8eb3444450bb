package io.pinfold.wire;

import java.nio.charset.StandardCharsets;

/**
 * Decodes texts in which supplementary characters were written as two surrogates of three bytes each (CESU-8) instead
 * of as four bytes of UTF-8. Stateless.
 */
final class Surrogates {
    private Surrogates() {}

    /** Decodes such a text; what is neither UTF-8 nor a pair of surrogates becomes U+FFFD. */
    static String decode(byte[] bytes, int from, int length) {
        // Six bytes become four, so the result always fits.
        byte[] repaired = new byte[length];
        int size = 0;
        int at = from;
        int end = from + length;
        while (at < end) {
            if (isPair(bytes, at, end)) {
                int high = unit(bytes, at);
                int low = unit(bytes, at + 3);
                int character = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                repaired[size++] = (byte) (0xF0 | character >> 18);
                repaired[size++] = (byte) (0x80 | character >> 12 & 0x3F);
                repaired[size++] = (byte) (0x80 | character >> 6 & 0x3F);
                repaired[size++] = (byte) (0x80 | character & 0x3F);
                at += 6;
            } else {
                repaired[size++] = bytes[at++];
            }
        }
        return new String(repaired, 0, size, StandardCharsets.UTF_8);
    }

    /** 0xED followed by 0xA0 or more occurs in no valid UTF-8, so a pair cannot be mistaken for anything else. */
    private static boolean isPair(byte[] bytes, int at, int end) {
        return end - at >= 6
                && bytes[at] == (byte) 0xED
                && (bytes[at + 1] & 0xF0) == 0xA0
                && (bytes[at + 2] & 0xC0) == 0x80
                && bytes[at + 3] == (byte) 0xED
                && (bytes[at + 4] & 0xF0) == 0xB0
                && (bytes[at + 5] & 0xC0) == 0x80;
    }

    private static int unit(byte[] bytes, int at) {
        return (bytes[at] & 0x0F) << 12 | (bytes[at + 1] & 0x3F) << 6 | bytes[at + 2] & 0x3F;
    }
}
