package io.pinfold.config;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;

/**
 * Data of a key that some of the members have instead of the key's own: the percentage as text, the end of a line, and
 * the data. They are the data of a znode below the key. Immutable; the array must not be changed.
 *
 * @param percent how many of a hundred members have them
 * @param data the data
 */
record Staged(int percent, byte[] data) {
    private static final String NAME = "_pinfold-staged";
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** {@return the key below a key that has what is staged for it} */
    static String keyOf(String key) {
        return key.isEmpty() ? NAME : key + '/' + NAME;
    }

    byte[] encode() {
        byte[] head = (percent + "\n").getBytes(US_ASCII);
        byte[] bytes = Arrays.copyOf(head, head.length + data.length);
        System.arraycopy(data, 0, bytes, head.length, data.length);
        return bytes;
    }

    /** {@return what bytes stand for; nothing if they were not written by {@link #encode}} */
    static Optional<Staged> decode(byte[] bytes) {
        int percent = 0;
        for (int at = 0; at < bytes.length && at < 4; at++) {
            if (bytes[at] == '\n' && at > 0 && percent <= 100) {
                return Optional.of(new Staged(percent, Arrays.copyOfRange(bytes, at + 1, bytes.length)));
            }
            if (bytes[at] < '0' || bytes[at] > '9') {
                return Optional.empty();
            }
            percent = 10 * percent + bytes[at] - '0';
        }
        return Optional.empty();
    }

    /** {@return a key as a member has it: what is staged, if that is meant for it} */
    static Optional<ConfigEntry> entryFor(String member, ConfigSnapshot snapshot, String key) {
        Optional<ConfigEntry> own = snapshot.entry(key);
        return own.flatMap(plain -> snapshot.entry(keyOf(key)))
                .flatMap(entry -> decode(entry.data())
                        .filter(staged -> isMeant(member, key, staged.percent))
                        .map(staged -> new ConfigEntry(
                                key, staged.data, entry.version(), entry.createdAt(), entry.changedAt())))
                .or(() -> own);
    }

    /** {@return whether a member is among so many of a hundred; who is among some is among more} */
    static boolean isMeant(String member, String key, int percent) {
        return Long.remainderUnsigned(hash(member + '\0' + key), 100) < percent;
    }

    /** FNV-1a, then mixed, because names differ in their last bytes. */
    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (byte octet : text.getBytes(UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        return hash ^ (hash >>> 33);
    }
}
