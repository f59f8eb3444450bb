package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes one log file: records from the front upwards, identifiers from the end downwards, never both in one block.
 * Confined to the disk thread.
 *
 * <p>Real zeros are written ahead of both, a stretch at a time, so that almost every force finds its blocks allocated and
 * the size unchanged and needs no write to the file system's own journal.
 */
final class SegmentWriter implements AutoCloseable {
    private static final int BLOCK = 4096;

    private final DiskFile file;
    private final SegmentHeader header;
    private final RecordFormat format;
    private final AppendBuffers buffers;
    private final int zeroAhead;

    private int recordsEnd;
    private int slotsStart;
    private int recordFrontier;
    private int slotFrontier;
    private long lastZxid;
    private long chain;

    private SegmentWriter(
            DiskFile file, SegmentHeader header, RecordFormat format, AppendBuffers buffers, int zeroAhead) {
        this.file = file;
        this.header = header;
        this.format = format;
        this.buffers = buffers;
        this.zeroAhead = zeroAhead;
    }

    /** Starts a file that is still under construction. */
    static SegmentWriter start(
            DiskFile file, SegmentHeader header, RecordFormat format, AppendBuffers buffers, int zeroAhead)
            throws IOException {
        ByteBuffer block = ByteBuffer.allocate(SegmentHeader.BYTES);
        header.write(block);
        file.write(0, block.clear());
        SegmentWriter writer = new SegmentWriter(file, header, format, buffers, zeroAhead);
        writer.recordsEnd = SegmentHeader.BYTES;
        writer.slotsStart = header.size();
        writer.recordFrontier = SegmentHeader.BYTES;
        writer.slotFrontier = header.size();
        writer.lastZxid = header.previousZxid();
        writer.chain = header.previousChain();
        return writer;
    }

    /** Goes on in a file whose every record is known to be forced. */
    static SegmentWriter resume(
            DiskFile file, SegmentScan scan, RecordFormat format, AppendBuffers buffers, int zeroAhead) {
        SegmentWriter writer = new SegmentWriter(file, scan.header(), format, buffers, zeroAhead);
        writer.recordsEnd = scan.recordsEnd();
        writer.slotsStart = scan.header().size() - scan.count() * RecordFormat.SLOT;
        writer.recordFrontier = up(writer.recordsEnd);
        writer.slotFrontier = down(writer.slotsStart - RecordFormat.SLOT); // the seal's block is in use
        writer.lastZxid = scan.lastZxid();
        writer.chain = scan.chain();
        return writer;
    }

    /** {@return the size of a log file that can take this entry} */
    static long neededBytes(LogEntry entry) {
        return SegmentHeader.BYTES + (long) RecordFormat.recordBytes(entry.payload().length) + 3 * BLOCK;
    }

    private boolean fits(long recordBytes, int slots) {
        long records = recordsEnd + recordBytes;
        long lowestSlot = slotsStart - (slots + 1L) * RecordFormat.SLOT; // one more: the seal
        return records + BLOCK <= lowestSlot;
    }

    boolean isFull(LogEntry next) {
        return !fits(RecordFormat.recordBytes(next.payload().length), 1);
    }

    /** Writes as many entries from an index on as fit into one write; {@return the index of the first not written} */
    int write(List<LogEntry> entries, int from, long forcedZxid) throws IOException {
        int to = from;
        long bytes = 0;
        while (to < entries.size() && bytes < AppendBuffers.WRITE_BYTES) {
            long more = RecordFormat.recordBytes(entries.get(to).payload().length);
            if (!fits(bytes + more, to - from + 1)) {
                break;
            }
            bytes += more;
            to++;
        }
        if (to > from) {
            writeAll(entries.subList(from, to), (int) bytes, forcedZxid);
        }
        return to;
    }

    private void writeAll(List<LogEntry> entries, int bytes, long forcedZxid) throws IOException {
        ByteBuffer records = buffers.records(bytes);
        ByteBuffer slots = buffers.slots(entries.size() * RecordFormat.SLOT);
        int slotAt = slots.limit();
        for (LogEntry entry : entries) {
            int length = entry.payload().length;
            int offset = recordsEnd + records.position();
            int content = Checksums.content(entry.zxid(), entry.payload());
            chain = Checksums.chain(chain, entry.zxid(), content);
            int check = format.writeRecord(records, entry, chain, content, forcedZxid);
            slotAt -= RecordFormat.SLOT;
            format.writeSlot(
                    slots.position(slotAt), new RecordFormat.Slot(entry.zxid(), offset, length, forcedZxid, check));
            lastZxid = entry.zxid();
        }
        writeRecords(records.flip(), bytes);
        writeSlots(slots.clear().limit(entries.size() * RecordFormat.SLOT));
    }

    private void writeRecords(ByteBuffer records, int bytes) throws IOException {
        if (recordsEnd + bytes > recordFrontier) {
            int ahead = Math.min(slotFrontier, up(recordsEnd + (long) bytes + zeroAhead));
            writeZeros(recordFrontier, ahead);
            recordFrontier = Math.max(recordFrontier, ahead);
        }
        file.write(recordsEnd, records);
        recordsEnd += bytes;
    }

    private void writeSlots(ByteBuffer slots) throws IOException {
        int start = slotsStart - slots.remaining();
        if (start - RecordFormat.SLOT < slotFrontier) {
            int ahead = Math.max(up(recordsEnd), down(start - RecordFormat.SLOT - zeroAhead / 8));
            writeZeros(ahead, slotFrontier);
            slotFrontier = Math.min(slotFrontier, ahead);
        }
        file.write(start, slots);
        slotsStart = start;
    }

    private void writeZeros(int from, int to) throws IOException {
        for (int at = from; at < to; ) {
            ByteBuffer zeros = AppendBuffers.zeros(to - at);
            int count = zeros.remaining();
            file.write(at, zeros);
            at += count;
        }
    }

    /** Notes that everything so far is forced. The note itself need not survive, and the next identifier takes its place. */
    void seal(int kind) throws IOException {
        ByteBuffer slot = buffers.slots(RecordFormat.SLOT);
        format.writeSlot(slot, RecordFormat.Slot.seal(lastZxid, kind));
        file.write(slotsStart - RecordFormat.SLOT, slot.flip());
    }

    void force() throws IOException {
        file.force();
    }

    SegmentHeader header() {
        return header;
    }

    long lastZxid() {
        return lastZxid;
    }

    long chain() {
        return chain;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static int up(long at) {
        return (int) (at + BLOCK - 1 & -BLOCK);
    }

    private static int down(int at) {
        return Math.max(0, at & -BLOCK);
    }
}
