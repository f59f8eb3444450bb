package io.pinfold.server.storage;

import java.nio.ByteBuffer;

/** Direct memory in which a batch is put together, reused from batch to batch. Confined to the disk thread. */
final class AppendBuffers {
    /** A batch is cut into writes of about this size. */
    static final int WRITE_BYTES = 1 << 20;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

    private ByteBuffer records = ByteBuffer.allocateDirect(64 << 10);
    private ByteBuffer slots = ByteBuffer.allocateDirect(16 << 10);

    /** {@return an empty buffer for so many bytes of records} */
    ByteBuffer records(int bytes) {
        if (records.capacity() < bytes || records.capacity() > 4 * WRITE_BYTES) {
            records = ByteBuffer.allocateDirect(Math.max(bytes, Math.min(2 * bytes, WRITE_BYTES)));
        }
        return records.clear().limit(bytes);
    }

    /** {@return an empty buffer for so many bytes of identifiers} */
    ByteBuffer slots(int bytes) {
        if (slots.capacity() < bytes) {
            slots = ByteBuffer.allocateDirect(2 * bytes);
        }
        return slots.clear().limit(bytes);
    }

    /** {@return up to so many zeros to write} */
    static ByteBuffer zeros(int atMost) {
        return ZEROS.duplicate().limit(Math.min(atMost, ZEROS.capacity()));
    }
}
