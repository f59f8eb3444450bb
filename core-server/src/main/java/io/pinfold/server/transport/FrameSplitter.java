package io.pinfold.server.transport;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Cuts what a socket delivers into frames. Memory is taken for bytes that arrived, never for a length that was merely
 * announced. Confined to the node loop.
 */
final class FrameSplitter {
    /** No client says more than this before its session is known. */
    private static final int GREETING_BYTES = 4096;

    private static final int LENGTH_BYTES = 4;

    /** Receives whole frames. */
    interface FrameConsumer {
        /**
         * Takes a frame; the array is reused afterwards.
         *
         * @return whether to go on now; if not, the rest is kept for {@link #resume}
         */
        boolean onFrame(byte[] bytes, int offset, int length);
    }

    private final int maxFrameBytes;
    private int limit = GREETING_BYTES;
    /** The beginning of a frame whose rest has not arrived. */
    private byte[] partial = {};

    private int partialLength;
    private int refusedLength;

    FrameSplitter(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    /**
     * Takes what arrived.
     *
     * @param scratch a buffer of the caller's with room for all of {@code in}
     * @return what is wrong with the bytes, or an empty string
     */
    String accept(ByteBuf in, byte[] scratch, FrameConsumer consumer) {
        int arrived = in.readableBytes();
        byte[] bytes;
        int end;
        if (partialLength == 0) {
            in.readBytes(scratch, 0, arrived);
            bytes = scratch;
            end = arrived;
        } else {
            if (partial.length < partialLength + arrived) {
                partial = Arrays.copyOf(partial, Math.max(partialLength + arrived, partial.length * 2));
            }
            in.readBytes(partial, partialLength, arrived);
            bytes = partial;
            end = partialLength + arrived;
        }
        return split(bytes, end, consumer);
    }

    /** {@return whether bytes wait for the rest of their frame, or to be taken} */
    boolean hasRest() {
        return partialLength > 0;
    }

    /** {@return the length that was too long, or 0} */
    int refusedLength() {
        return refusedLength;
    }

    /** {@return how much memory is held for bytes that wait} */
    int keptBytes() {
        return partial.length;
    }

    /** Goes on where the consumer stopped; returns as {@link #accept} does. */
    String resume(FrameConsumer consumer) {
        return split(partial, partialLength, consumer);
    }

    private String split(byte[] bytes, int end, FrameConsumer consumer) {
        int at = 0;
        while (end - at >= LENGTH_BYTES) {
            int length = intAt(bytes, at);
            if (length < 0 || length > limit) {
                partialLength = 0;
                refusedLength = length;
                return "a frame of " + length + " bytes, where at most " + limit + " are allowed";
            }
            if (end - at - LENGTH_BYTES < length) {
                break;
            }
            boolean goOn = consumer.onFrame(bytes, at + LENGTH_BYTES, length);
            limit = maxFrameBytes;
            at += LENGTH_BYTES + length;
            if (!goOn) {
                break;
            }
        }
        keep(bytes, at, end);
        return "";
    }

    private void keep(byte[] bytes, int from, int to) {
        partialLength = to - from;
        if (partialLength == 0) {
            partial = new byte[0];
        } else if (bytes == partial) {
            System.arraycopy(bytes, from, partial, 0, partialLength);
        } else {
            partial = Arrays.copyOfRange(bytes, from, to);
        }
    }

    private static int intAt(byte[] bytes, int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
    }
}
