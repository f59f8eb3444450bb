package io.pinfold.testing.sim;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts a stream of bytes into frames, whatever the pieces are in which it comes. Confined to the world's thread. */
final class Frames {
    private static final int LENGTH_BYTES = 4;

    private byte[] bytes = {};

    void feed(byte[] more, int length) {
        byte[] joined = Arrays.copyOf(bytes, bytes.length + length);
        System.arraycopy(more, 0, joined, bytes.length, length);
        bytes = joined;
    }

    /** {@return the next frame without its length, or null if it is not complete} */
    byte @Nullable [] next() {
        if (bytes.length < LENGTH_BYTES) {
            return null;
        }
        int length = ByteBuffer.wrap(bytes).getInt();
        if (length < 0 || bytes.length - LENGTH_BYTES < length) {
            return null;
        }
        byte[] frame = Arrays.copyOfRange(bytes, LENGTH_BYTES, LENGTH_BYTES + length);
        bytes = Arrays.copyOfRange(bytes, LENGTH_BYTES + length, bytes.length);
        return frame;
    }
}
