package io.pinfold.wire;

import java.util.Arrays;
import java.util.Random;

/** Damages frames in the ways in which strangers, broken programs and broken networks do. Confined to one test. */
final class Mutations {
    /** Numbers that mean something to somebody as a length, a count, a type or an error. */
    private static final int[] NOTABLE = {
        -1, -2, 0, 1, 2, 4, 5, 13, 14, 15, 21, 22, 0xff, 0xffff, 0xfffff, 0x1000000, 0x3fffffff, 0x7fffffff, 0x80000000
    };

    private final Random random;

    Mutations(Random random) {
        this.random = random;
    }

    /** {@return the frame with one to four damages; {@code other} lends its parts} */
    byte[] damage(byte[] frame, byte[] other) {
        byte[] bytes = frame.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes = damageOnce(bytes, other);
        }
        return bytes;
    }

    private byte[] damageOnce(byte[] bytes, byte[] other) {
        if (bytes.length == 0) {
            return other.clone();
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(8)) {
            case 0:
                return Arrays.copyOf(bytes, at);
            case 1:
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                return bytes;
            case 2:
                bytes[at] = (byte) random.nextInt();
                return bytes;
            case 3:
                return putInt(bytes, at, NOTABLE[random.nextInt(NOTABLE.length)]);
            case 4:
                return putInt(bytes, at, bytes.length - at + random.nextInt(9) - 8);
            case 5:
                return splice(bytes, at, other, random.nextInt(other.length + 1));
            case 6:
                return splice(bytes, random.nextInt(bytes.length), bytes, at);
            default:
                byte[] noise = new byte[random.nextInt(64)];
                random.nextBytes(noise);
                return splice(bytes, at, noise, 0);
        }
    }

    /** {@return the bytes with another number where four of them were} */
    static byte[] putInt(byte[] bytes, int at, int value) {
        for (int i = 0; i < 4 && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 24 - 8 * i);
        }
        return bytes;
    }

    private static byte[] splice(byte[] head, int headLength, byte[] tail, int tailFrom) {
        byte[] both = Arrays.copyOf(head, headLength + tail.length - tailFrom);
        System.arraycopy(tail, tailFrom, both, headLength, tail.length - tailFrom);
        return both;
    }
}
