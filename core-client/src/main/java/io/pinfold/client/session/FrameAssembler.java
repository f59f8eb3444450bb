package io.pinfold.client.session;

import io.pinfold.wire.FrameLimits;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into frames. Bytes are looked at where they are; only an incomplete frame at the end is copied.
 * Memory grows with the bytes that came, not with the length that a stranger announces. Confined to the client's loop.
 */
final class FrameAssembler {
    private static final byte[] EMPTY = {};

    private final int maxFrame;
    private byte[] kept = EMPTY;
    private int keptSize;
    private byte[] bytes = EMPTY;
    private int position;
    private int limit;

    FrameAssembler(int maxFrame) {
        this.maxFrame = maxFrame;
    }

    void reset() {
        kept = EMPTY;
        keptSize = 0;
        bytes = EMPTY;
        position = 0;
        limit = 0;
    }

    /** Takes what arrived; it must stay unchanged until {@link #next} answers false. */
    void feed(byte[] arrived, int offset, int length) {
        if (keptSize == 0) {
            bytes = arrived;
            position = offset;
            limit = offset + length;
            return;
        }
        if (kept.length - keptSize < length) {
            kept = Arrays.copyOf(kept, Math.max(2 * kept.length, keptSize + length));
        }
        System.arraycopy(arrived, offset, kept, keptSize, length);
        bytes = kept;
        position = 0;
        limit = keptSize + length;
    }

    /** {@return whether there is a whole frame; if so, the reader stands at its first byte} */
    boolean next(JuteReader in) throws MalformedFrame {
        int available = limit - position;
        if (available >= FrameLimits.LENGTH_BYTES) {
            int length = in.reset(bytes, position, limit).readInt();
            if (length < 0 || length > maxFrame) {
                throw new MalformedFrame("A frame of " + length + " bytes; the longest allowed is " + maxFrame);
            }
            if (available - FrameLimits.LENGTH_BYTES >= length) {
                int start = position + FrameLimits.LENGTH_BYTES;
                position = start + length;
                in.reset(bytes, start, position);
                return true;
            }
        }
        keep(available);
        return false;
    }

    private void keep(int available) {
        if (available == 0) {
            if (kept.length > 1 << 16) {
                kept = EMPTY; // one long reply should not hold memory for ever
            }
        } else if (bytes == kept) {
            System.arraycopy(kept, position, kept, 0, available);
        } else {
            if (kept.length < available) {
                kept = new byte[Math.max(512, available)];
            }
            System.arraycopy(bytes, position, kept, 0, available);
        }
        keptSize = available;
        bytes = EMPTY;
        position = 0;
        limit = 0;
    }
}
