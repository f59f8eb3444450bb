package io.pinfold.server.storage;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first block of a log file. Immutable.
 *
 * @param size the length of the whole file
 * @param clusterId the cluster whose history this is
 * @param memberId the member that wrote it
 * @param sequence the file's place among the log files, without gaps
 * @param previousZxid the transaction after which this file continues; whatever older files hold beyond it is void
 * @param previousChain the chain value of that transaction
 */
record SegmentHeader(int size, UUID clusterId, long memberId, long sequence, long previousZxid, long previousChain) {
    /** Room for the header; a block of its own, so that later writes never touch it. */
    static final int BYTES = 4096;

    private static final long MAGIC = 0x50494e464c4f4731L; // "PINFLOG1"
    private static final int VERSION = 1;
    private static final int CHECKED = 68;

    void write(ByteBuffer out) {
        int start = out.position();
        out.putLong(MAGIC).putInt(VERSION).putInt(size);
        out.putLong(clusterId.getMostSignificantBits()).putLong(clusterId.getLeastSignificantBits());
        out.putLong(memberId).putLong(sequence).putLong(previousZxid).putLong(previousChain);
        out.putInt(0); // flags, for later
        out.putInt(Checksums.crc(out, start, start + CHECKED));
    }

    /** {@return the header, or null when the bytes are none or of a later format} */
    static @Nullable SegmentHeader read(ByteBuffer in) {
        if (in.remaining() < CHECKED + 4) {
            return null;
        }
        int start = in.position();
        if (Checksums.crc(in, start, start + CHECKED) != in.getInt(start + CHECKED)
                || in.getLong() != MAGIC
                || in.getInt() != VERSION) {
            return null;
        }
        int size = in.getInt();
        UUID clusterId = new UUID(in.getLong(), in.getLong());
        return new SegmentHeader(size, clusterId, in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
}
