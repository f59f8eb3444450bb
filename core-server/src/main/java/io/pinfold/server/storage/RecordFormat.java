package io.pinfold.server.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a record and of its identifier in one log file. Both carry the zxid up to which everything had been
 * forced when they were written. Stateless but for the salt of the file.
 *
 * <pre>
 * record:      length 4 | check 4 | zxid 8 | chain 8 | forced 8 | payload | zeros up to a multiple of 8
 * identifier:  zxid 8 | offset 4 | length 4 | forced 8 | check of the record 4 | check 4
 * seal:        an identifier with offset 0 and the kind of seal as length
 * </pre>
 */
record RecordFormat(int salt) {
    static final int HEADER = 32;
    /** Size of an identifier; divides every sector size, so a sector holds whole identifiers. */
    static final int SLOT = 32;
    /** Everything up to the zxid was forced. */
    static final int SEALED = 1;
    /** Moreover the next log file has been used. */
    static final int ROLLED = 2;

    static int recordBytes(int payloadLength) {
        return (HEADER + payloadLength + 7) & ~7;
    }

    /** Writes a record; {@return its check value} */
    int writeRecord(ByteBuffer out, LogEntry entry, long chain, int content, long forcedZxid) {
        int length = entry.payload().length;
        int check = recordCheck(length, entry.zxid(), chain, forcedZxid, content);
        out.putInt(length).putInt(check).putLong(entry.zxid()).putLong(chain).putLong(forcedZxid);
        out.put(entry.payload());
        for (int pad = recordBytes(length) - HEADER - length; pad > 0; pad--) {
            out.put((byte) 0);
        }
        return check;
    }

    int recordCheck(int length, long zxid, long chain, long forcedZxid, int content) {
        ByteBuffer fields = ByteBuffer.allocate(36);
        fields.putInt(salt)
                .putInt(length)
                .putLong(zxid)
                .putLong(chain)
                .putLong(forcedZxid)
                .putInt(content);
        return Checksums.crc(fields.array(), 0, 36);
    }

    void writeSlot(ByteBuffer out, Slot slot) {
        out.putLong(slot.zxid)
                .putInt(slot.offset)
                .putInt(slot.length)
                .putLong(slot.forcedZxid)
                .putInt(slot.recordCheck);
        out.putInt(slotCheck(out, out.position() - (SLOT - 4)));
    }

    /** {@return the identifier at the buffer's position, or null when there is none} */
    @Nullable
    Slot readSlot(ByteBuffer in, int at) {
        if (slotCheck(in, at) != in.getInt(at + SLOT - 4)) {
            return null;
        }
        return new Slot(in.getLong(at), in.getInt(at + 8), in.getInt(at + 12), in.getLong(at + 16), in.getInt(at + 24));
    }

    private int slotCheck(ByteBuffer bytes, int at) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(4).putInt(salt).flip());
        crc.update(bytes.duplicate().limit(at + SLOT - 4).position(at));
        return (int) crc.getValue();
    }

    /** What is kept apart from a record to know of it when the record itself cannot be read. Immutable. */
    record Slot(long zxid, int offset, int length, long forcedZxid, int recordCheck) {
        static Slot seal(long forcedZxid, int kind) {
            return new Slot(forcedZxid, 0, kind, forcedZxid, 0);
        }

        boolean isSeal() {
            return offset == 0;
        }
    }
}
