package io.pinfold.server.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the log from one place on, file after file, while it is being written. Confined to the disk thread.
 */
final class LogCursor implements AutoCloseable {
    private final SegmentFiles files;
    private SegmentHeader header;
    private DiskFile file;
    private RecordReader reader;

    private LogCursor(SegmentFiles files, SegmentHeader header) throws IOException {
        this.files = files;
        this.header = header;
        this.file = files.open(header.sequence());
        this.reader = new RecordReader(file, header, files.format(header.sequence()));
    }

    /** Goes to the last entry that is not after a zxid, which the log must reach back to. */
    static LogCursor at(SegmentFiles files, List<SegmentHeader> headers, long zxid) throws IOException {
        int index = 0;
        for (int i = 0; i < headers.size(); i++) {
            if (headers.get(i).previousZxid() <= zxid && WriteAheadLog.limit(headers, i) >= zxid) {
                index = i;
            }
        }
        LogCursor cursor = new LogCursor(files, headers.get(index));
        long limit = Math.min(zxid, WriteAheadLog.limit(headers, index));
        cursor.skipTo(limit);
        return cursor;
    }

    private void skipTo(long zxid) throws IOException {
        while (reader.zxid() < zxid) {
            long nextZxid = reader.peekZxid();
            if (nextZxid == 0 || nextZxid > zxid || reader.next() == null) {
                return;
            }
        }
    }

    /** {@return the entry behind which the next slice goes on} */
    long zxid() {
        return reader.zxid();
    }

    /** {@return the chain value after that entry} */
    long chain() {
        return reader.chain();
    }

    LogSlice next(List<SegmentHeader> headers, long lastZxid, int maxBytes) throws IOException {
        long previousZxid = reader.zxid();
        long previousChain = reader.chain();
        List<LogEntry> entries = new ArrayList<>();
        long bytes = 0;
        while (reader.zxid() < lastZxid && (entries.isEmpty() || bytes < maxBytes)) {
            int index = headers.indexOf(header);
            long limit = Math.min(lastZxid, WriteAheadLog.limit(headers, index));
            long nextZxid = reader.zxid() < limit ? reader.peekZxid() : 0;
            LogEntry entry = nextZxid != 0 && nextZxid <= limit ? reader.next() : null;
            if (entry != null) {
                entries.add(entry);
                bytes += entry.payload().length;
            } else if (!moveOn(headers, index)) {
                break;
            }
        }
        return new LogSlice(previousZxid, previousChain, entries);
    }

    /** Goes on in the file that continues after the place where this one ends. */
    private boolean moveOn(List<SegmentHeader> headers, int index) throws IOException {
        for (int i = headers.size() - 1; i > index; i--) {
            SegmentHeader candidate = headers.get(i);
            if (candidate.previousZxid() == reader.zxid() && WriteAheadLog.limit(headers, i) > reader.zxid()) {
                file.close();
                header = candidate;
                file = files.open(candidate.sequence());
                reader = new RecordReader(file, candidate, files.format(candidate.sequence()));
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
