package io.pinfold.server.storage;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a snapshot file. Stateless.
 *
 * <pre>
 * header:  magic 8 | version 4 | flags 4 | cluster 16 | member 8 | zxid 8 | chain 8 | check 4
 * block:   length 4 | check of number, zxid and bytes 4 | bytes
 * trailer: -1 4 | blocks 8 | bytes 8 | all checks combined 4 | check 4
 * </pre>
 */
final class SnapshotFormat {
    static final int HEADER = 60;
    static final int BLOCK_HEADER = 8;
    static final int TRAILER = 28;
    static final int MAX_BLOCK = 256 << 20;
    private static final long MAGIC = 0x50494e46534e5031L; // "PINFSNP1"
    private static final int VERSION = 1;
    /** A flag: the snapshot came from a peer, and the log goes on behind it, whatever it held before. */
    private static final int RECEIVED = 1;

    private SnapshotFormat() {}

    /** What a snapshot is of. Immutable. */
    record Header(UUID clusterId, long memberId, long zxid, long chain, boolean received) {
        ByteBuffer bytes() {
            ByteBuffer out = ByteBuffer.allocate(HEADER);
            out.putLong(MAGIC).putInt(VERSION).putInt(received ? RECEIVED : 0);
            out.putLong(clusterId.getMostSignificantBits()).putLong(clusterId.getLeastSignificantBits());
            out.putLong(memberId).putLong(zxid).putLong(chain);
            return out.putInt(Checksums.crc(out, 0, HEADER - 4)).flip();
        }

        static @Nullable Header read(ByteBuffer in) {
            if (in.remaining() < HEADER
                    || Checksums.crc(in, 0, HEADER - 4) != in.getInt(HEADER - 4)
                    || in.getLong() != MAGIC
                    || in.getInt() != VERSION) {
                return null;
            }
            boolean received = (in.getInt() & RECEIVED) != 0;
            UUID clusterId = new UUID(in.getLong(), in.getLong());
            return new Header(clusterId, in.getLong(), in.getLong(), in.getLong(), received);
        }
    }

    static int blockCheck(long number, long zxid, byte[] bytes, int off, int len) {
        ByteBuffer place = ByteBuffer.allocate(24).putLong(number).putLong(zxid).putInt(len);
        place.putInt(Checksums.crc(bytes, off, len));
        return Checksums.crc(place, 0, 24);
    }

    /** {@return the check of all blocks so far and one more} */
    static int combine(int all, int blockCheck) {
        return Integer.rotateLeft(all, 5) * 0x9E3779B1 + blockCheck;
    }

    static ByteBuffer trailer(long blocks, long bytes, int all) {
        ByteBuffer out = ByteBuffer.allocate(TRAILER);
        out.putInt(-1).putLong(blocks).putLong(bytes).putInt(all);
        return out.putInt(Checksums.crc(out, 0, TRAILER - 4)).flip();
    }
}
