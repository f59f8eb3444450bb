package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a crash left of the newest log file. Confined to the thread that opens the storage.
 *
 * <p>It collects <em>evidence</em>: what is the highest zxid up to which everything is known to have been forced? Every
 * record, every identifier and every seal says how far forcing had come when it was written, and each is believed on its own,
 * wherever it stands and whatever is missing around it; its check value contains a secret, so no payload can pass for one.
 */
final class SegmentScan {
    private static final int CHUNK = 1 << 20;
    private static final byte[] ZEROS = new byte[4096];

    private final DiskFile file;
    private final SegmentHeader header;
    private final RecordFormat format;
    private final RecordReader records;
    private long forcedZxid;
    private long seenZxid;
    private long damagedZxid = Long.MAX_VALUE;
    private boolean rolled;
    private boolean residue;
    private int slots;
    private long resyncBudget;

    private SegmentScan(DiskFile file, SegmentHeader header, RecordFormat format) {
        this.file = file;
        this.header = header;
        this.format = format;
        this.records = new RecordReader(file, header, format);
        this.resyncBudget = 2L * header.size();
    }

    static SegmentScan of(DiskFile file, SegmentHeader header, RecordFormat format) throws IOException {
        SegmentScan scan = new SegmentScan(file, header, format);
        while (scan.records.next() != null) {
            // the reader keeps what is needed
        }
        scan.forcedZxid = scan.records.forcedZxid();
        scan.seenZxid = scan.records.zxid();
        scan.lookBeyondRecords();
        return scan;
    }

    private void lookBeyondRecords() throws IOException {
        // Identifiers count from the end, and the size is a multiple of theirs.
        int from = records.position() & -RecordFormat.SLOT;
        ByteBuffer chunk = ByteBuffer.allocate(Math.min(CHUNK, Math.max(0, header.size() - from)));
        for (int start = from; start < header.size(); start += CHUNK) {
            chunk.clear().limit(Math.min(CHUNK, header.size() - start));
            file.read(start, chunk);
            chunk.flip();
            for (int at = 0; at < chunk.limit(); at += ZEROS.length) {
                int end = Math.min(at + ZEROS.length, chunk.limit());
                if (!isZero(chunk, at, end)) {
                    look(chunk, at, end, start);
                }
            }
        }
    }

    /** Most of a file was never written, and word by word that takes long. */
    private static boolean isZero(ByteBuffer chunk, int from, int to) {
        return Arrays.mismatch(chunk.array(), from, to, ZEROS, 0, to - from) < 0;
    }

    private void look(ByteBuffer chunk, int from, int to, int start) throws IOException {
        for (int at = from; at + RecordFormat.SLOT <= to; at += RecordFormat.SLOT) {
            look(chunk, at, start + at);
        }
    }

    private void look(ByteBuffer chunk, int at, int position) throws IOException {
        boolean isSlot = false;
        for (int word = 0; word < RecordFormat.SLOT; word += 8) {
            if (position + word < records.position() || chunk.getLong(at + word) == 0) {
                continue;
            }
            isSlot = isSlot || takeSlot(format.readSlot(chunk, at));
            if (!isSlot) {
                residue = true;
                takeRecord(position + word);
            }
        }
    }

    private boolean takeSlot(RecordFormat.@Nullable Slot slot) {
        if (slot == null) {
            return false;
        }
        forcedZxid = Math.max(forcedZxid, slot.forcedZxid());
        seenZxid = Math.max(seenZxid, slot.zxid());
        if (!slot.isSeal()) {
            slots++;
            see(slot.zxid());
        } else if (slot.length() == RecordFormat.ROLLED) {
            rolled = true;
        }
        return true;
    }

    private void see(long zxid) {
        seenZxid = Math.max(seenZxid, zxid);
        if (zxid > records.zxid()) {
            damagedZxid = Math.min(damagedZxid, zxid);
        }
    }

    /** Looks for a record that survived behind a damaged one. */
    private void takeRecord(int position) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(RecordFormat.HEADER);
        if (position + RecordFormat.HEADER > header.size() || file.read(position, head) < RecordFormat.HEADER) {
            return;
        }
        int length = head.getInt(0);
        long zxid = head.getLong(8);
        if (length < 0 || length > header.size() - position - RecordFormat.HEADER || zxid <= records.zxid()) {
            return;
        }
        resyncBudget -= length + RecordFormat.HEADER;
        if (resyncBudget < 0) {
            return;
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        file.read(position + RecordFormat.HEADER, payload);
        int content = Checksums.content(zxid, payload.array());
        long forced = head.getLong(24);
        if (format.recordCheck(length, zxid, head.getLong(16), forced, content) == head.getInt(4)) {
            forcedZxid = Math.max(forcedZxid, forced);
            see(zxid);
        }
    }

    SegmentHeader header() {
        return header;
    }

    /** {@return where the first byte behind the last valid record is} */
    int recordsEnd() {
        return records.position();
    }

    int count() {
        return records.count();
    }

    /** {@return the last zxid that can be read with everything before it} */
    long lastZxid() {
        return records.zxid();
    }

    long chain() {
        return records.chain();
    }

    /** {@return the zxid up to which everything is known to have been forced} */
    long forcedZxid() {
        return forcedZxid;
    }

    /** {@return the highest zxid of which anything was found} */
    long seenZxid() {
        return seenZxid;
    }

    /** {@return the first zxid that cannot be read, as well as it can be told} */
    long damagedZxid() {
        return damagedZxid == Long.MAX_VALUE ? records.zxid() + 1 : damagedZxid;
    }

    /** {@return whether the next log file is known to have been used} */
    boolean rolled() {
        return rolled;
    }

    /** {@return whether records are missing that had been forced} */
    boolean isRotten() {
        return records.zxid() < forcedZxid;
    }

    /** {@return whether every record was forced and nothing else lies around, so that writing can go on here} */
    boolean isClean() {
        return forcedZxid == records.zxid() && seenZxid == forcedZxid && !residue && slots == records.count();
    }
}
