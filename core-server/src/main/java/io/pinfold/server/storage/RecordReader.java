package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks the records of one log file from the first on and stops at the first that is not the valid continuation. Confined
 * to one thread.
 */
final class RecordReader {
    private static final int BUFFER_BYTES = 256 << 10;

    private final DiskFile file;
    private final RecordFormat format;
    private final int end;
    private ByteBuffer buffer;
    private long bufferStart;
    private int position = SegmentHeader.BYTES;
    private long zxid;
    private long chain;
    private long forcedZxid;
    private int count;

    RecordReader(DiskFile file, SegmentHeader header, RecordFormat format) {
        this.file = file;
        this.format = format;
        this.end = header.size();
        this.buffer = ByteBuffer.allocate(Math.min(BUFFER_BYTES, end));
        this.zxid = header.previousZxid();
        this.chain = header.previousChain();
        this.forcedZxid = header.previousZxid();
        buffer.limit(0);
    }

    /** {@return the next entry, or null when what follows is not a valid record; then it stays null} */
    @Nullable
    LogEntry next() throws IOException {
        if (!fill(RecordFormat.HEADER)) {
            return null;
        }
        int at = (int) (position - bufferStart);
        int length = buffer.getInt(at);
        if (length < 0 || length > LogEntry.MAX_PAYLOAD_BYTES || !fill(RecordFormat.recordBytes(length))) {
            return null;
        }
        at = (int) (position - bufferStart);
        LogEntry entry = entryAt(at, length);
        int content = Checksums.content(entry.zxid(), entry.payload());
        long nextChain = Checksums.chain(chain, entry.zxid(), content);
        long recordForced = buffer.getLong(at + 24);
        if (entry.zxid() <= zxid
                || buffer.getLong(at + 16) != nextChain
                || buffer.getInt(at + 4) != format.recordCheck(length, entry.zxid(), nextChain, recordForced, content)
                || !isPadded(at, length)) {
            return null;
        }
        position += RecordFormat.recordBytes(length);
        zxid = entry.zxid();
        chain = nextChain;
        forcedZxid = Math.max(forcedZxid, recordForced);
        count++;
        return entry;
    }

    /** {@return the zxid that the next record claims to have, unverified; 0 when there is none} */
    long peekZxid() throws IOException {
        if (!fill(RecordFormat.HEADER)) {
            return 0;
        }
        int at = (int) (position - bufferStart);
        long next = buffer.getLong(at + 8);
        return next > zxid ? next : reread();
    }

    /** A record may have been written behind what was read ahead. */
    private long reread() throws IOException {
        buffer.limit(0);
        bufferStart = position;
        if (!fill(RecordFormat.HEADER)) {
            return 0;
        }
        long next = buffer.getLong(8);
        return next > zxid ? next : 0;
    }

    private LogEntry entryAt(int at, int length) {
        byte[] payload = new byte[length];
        buffer.get(at + RecordFormat.HEADER, payload);
        return new LogEntry(buffer.getLong(at + 8), payload);
    }

    private boolean isPadded(int at, int length) {
        for (int i = at + RecordFormat.HEADER + length; i < at + RecordFormat.recordBytes(length); i++) {
            if (buffer.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Sees to it that so many bytes from the position on are in the buffer; {@return whether the file has them} */
    private boolean fill(int bytes) throws IOException {
        if (position + (long) bytes > end) {
            return false;
        }
        if (position + bytes <= bufferStart + buffer.limit()) {
            return true;
        }
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocate(bytes);
        }
        buffer.clear();
        bufferStart = position;
        buffer.limit((int) Math.min(buffer.capacity(), end - bufferStart));
        file.read(bufferStart, buffer);
        buffer.flip();
        return buffer.limit() >= bytes;
    }

    /** {@return where the next record begins} */
    int position() {
        return position;
    }

    /** {@return the last valid zxid} */
    long zxid() {
        return zxid;
    }

    /** {@return the chain value after it} */
    long chain() {
        return chain;
    }

    /** {@return up to where the records so far prove that everything was forced} */
    long forcedZxid() {
        return forcedZxid;
    }

    /** {@return how many records were read} */
    int count() {
        return count;
    }
}
