package io.pinfold.server.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log: a row of files of which the last is written. Writing is confined to the disk thread; reading and dropping old
 * files is thread-safe, for the list of files is under a lock.
 *
 * <p>The order of things when a file is full: force it, then make the next one durable, then write into that. So a later
 * file exists only if every earlier one was forced, and only the newest can be torn.
 */
final class WriteAheadLog {
    private static final Logger LOG = LoggerFactory.getLogger(WriteAheadLog.class);

    private final SegmentFiles files;
    private final DamageBook book;
    private final ReentrantLock catalog = new ReentrantLock();
    private final ForcedMarks marks = new ForcedMarks();
    private final List<SegmentHeader> closed;
    private final LogTail tail;
    private SegmentWriter current;
    private @Nullable SegmentWriter rolledFrom;
    /** Where the last {@link #read} ended. Confined to the disk thread. */
    private @Nullable LogCursor cursor;

    /** Confined to the disk thread. */
    private long sealedZxid;

    private volatile long lastZxid;
    private volatile long forcedZxid;

    private WriteAheadLog(SegmentFiles files, DamageBook book, LogRecovery.Outcome start) {
        this.files = files;
        this.book = book;
        this.closed = start.closed();
        this.current = start.current();
        this.tail = start.tail();
        this.lastZxid = current.lastZxid();
        this.forcedZxid = lastZxid;
        this.sealedZxid = lastZxid;
    }

    /** Lays the first file of a new directory. */
    static void create(SegmentFiles files) throws IOException {
        files.create(1, 0, 0, 0, List.of()).close();
    }

    static WriteAheadLog open(SegmentFiles files, DamageBook book, LogRecovery recovery) throws IOException {
        return new WriteAheadLog(files, book, recovery.recover());
    }

    LogTail tail() {
        return tail;
    }

    long lastZxid() {
        return lastZxid;
    }

    long forcedZxid() {
        return forcedZxid;
    }

    /** Writes entries that passed {@link #check}. */
    void append(List<LogEntry> entries) throws IOException {
        for (int next = 0; next < entries.size(); ) {
            if (current.isFull(entries.get(next))) {
                roll(current.lastZxid(), current.chain(), SegmentWriter.neededBytes(entries.get(next)));
            }
            next = current.write(entries, next, forcedZxid);
            lastZxid = current.lastZxid();
        }
    }

    /** Refuses entries that do not ascend or are too long. */
    void check(List<LogEntry> entries) {
        long previous = lastZxid;
        for (LogEntry entry : entries) {
            if (entry.zxid() <= previous) {
                throw new IllegalArgumentException(
                        "transaction " + FileNames.zxid(entry.zxid()) + " cannot follow " + FileNames.zxid(previous));
            }
            if (entry.payload().length > LogEntry.MAX_PAYLOAD_BYTES) {
                throw new IllegalArgumentException("transaction " + FileNames.zxid(entry.zxid()) + " has "
                        + entry.payload().length + " bytes; the log takes " + LogEntry.MAX_PAYLOAD_BYTES);
            }
            previous = entry.zxid();
        }
    }

    void force() throws IOException {
        if (forcedZxid != lastZxid) {
            current.force();
            forcedZxid = lastZxid;
            marks.add(lastZxid, current.chain());
        }
    }

    /** Notes behind a force that it was done. */
    void seal() throws IOException {
        if (sealedZxid != forcedZxid && forcedZxid == lastZxid) {
            current.seal(RecordFormat.SEALED);
            sealedZxid = forcedZxid;
            sealRolled();
        }
    }

    /** The first force of a new file proves to its predecessor that it was used. */
    private void sealRolled() throws IOException {
        if (rolledFrom != null) {
            rolledFrom.seal(RecordFormat.ROLLED);
            rolledFrom.close();
            rolledFrom = null;
        }
    }

    private void roll(long afterZxid, long chain, long minBytes) throws IOException {
        force();
        seal();
        SegmentWriter next = files.create(current.header().sequence() + 1, afterZxid, chain, minBytes, List.of());
        if (rolledFrom != null) {
            rolledFrom.close();
        }
        rolledFrom = current;
        catalog.lock();
        try {
            closed.add(current.header());
            current = next;
        } finally {
            catalog.unlock();
        }
        lastZxid = afterZxid;
        forcedZxid = afterZxid;
        sealedZxid = afterZxid;
    }

    /** Voids everything after a transaction. */
    void cutAfter(long zxid) throws IOException {
        if (zxid < lastZxid) {
            long chain = chainAt(zxid);
            marks.clear();
            closeCursor();
            roll(zxid, chain, 0);
        }
    }

    /** Begins the log anew behind a snapshot that is ahead of it. */
    void continueAfter(long zxid, long chain) throws IOException {
        marks.clear();
        closeCursor();
        roll(zxid, chain, 0);
    }

    /** {@return what follows on the last entry that is not after a zxid; null when that is not in the log, or unreadable} */
    @Nullable
    LogSlice read(long afterZxid, int maxBytes) throws IOException {
        if (floorZxid() > afterZxid) {
            return null;
        }
        if (cursor == null || cursor.zxid() != afterZxid) {
            closeCursor();
            cursor = LogCursor.at(files, headers(), afterZxid);
        }
        LogSlice slice = cursor.next(headers(), lastZxid, maxBytes);
        if (!slice.entries().isEmpty()) {
            return slice;
        }
        boolean unreadable = cursor.zxid() < lastZxid;
        closeCursor();
        if (unreadable) {
            LOG.warn(
                    "log-unreadable dir={} after={} reason=it is damaged; a new snapshot will cover that",
                    files.disk().location(),
                    FileNames.zxid(slice.previousZxid()));
        }
        return unreadable ? null : slice;
    }

    private void closeCursor() throws IOException {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }

    /** {@return whether an entry with this chain value is in the log, or the log goes on behind it} */
    boolean holds(long zxid, long chain) throws IOException {
        if (zxid > lastZxid || zxid < floorZxid()) {
            return false;
        }
        try (LogCursor place = LogCursor.at(files, headers(), zxid)) {
            return place.zxid() == zxid && place.chain() == chain;
        }
    }

    /** {@return the zxid after which the log holds everything} */
    long floorZxid() {
        return headers().stream().mapToLong(SegmentHeader::previousZxid).min().orElseThrow();
    }

    private List<SegmentHeader> headers() {
        catalog.lock();
        try {
            List<SegmentHeader> all = new ArrayList<>(closed);
            all.add(current.header());
            return all;
        } finally {
            catalog.unlock();
        }
    }

    /**
     * Hands over every entry after a zxid, verified. If the log is given another end because of damage, that is never before
     * this zxid if its chain value is known, from the snapshot that has the state.
     */
    void replay(long afterZxid, OptionalLong afterChain, EntryConsumer consumer) throws IOException {
        if (floorZxid() > afterZxid) {
            throw new StorageException("the log in " + files.disk().location() + " begins only after "
                    + FileNames.zxid(floorZxid()) + " but is needed after " + FileNames.zxid(afterZxid)
                    + "; restore the missing log files or snapshots from a backup");
        }
        Stop stop = walk(afterZxid, lastZxid, true, (entry, chain) -> consumer.accept(entry));
        if (stop == null) {
            return;
        }
        if (stop.zxid < afterZxid && afterChain.isPresent()) {
            roll(afterZxid, afterChain.getAsLong(), 0);
        } else {
            roll(stop.zxid, stop.chain, 0);
        }
        if (stop.acceptedZxid != 0) {
            LogRecovery.lossDone(files, stop.acceptedZxid);
        }
    }

    /** {@return the chain value after a transaction of the log} */
    long chainAt(long zxid) throws IOException {
        if (zxid == 0) {
            return 0;
        }
        OptionalLong marked = marks.chainAt(zxid);
        if (marked.isPresent()) {
            return marked.getAsLong();
        }
        for (SegmentHeader header : headers()) {
            if (header.previousZxid() == zxid) {
                return header.previousChain();
            }
        }
        long[] found = new long[2];
        walk(zxid - 1, zxid, false, (entry, chain) -> {
            found[0] = entry.zxid();
            found[1] = chain;
        });
        if (found[0] != zxid) {
            throw new StorageException("transaction " + FileNames.zxid(zxid) + " is not in the log in "
                    + files.disk().location());
        }
        return found[1];
    }

    /** Where there was damage that need not stop a start; {@code acceptedZxid} is 0 unless the operator gives up the rest. */
    private record Stop(long zxid, long chain, long acceptedZxid) {}

    private interface Visitor {
        void visit(LogEntry entry, long chain) throws IOException;
    }

    private @Nullable Stop walk(long afterZxid, long upTo, boolean starting, Visitor visitor) throws IOException {
        List<SegmentHeader> headers = headers();
        for (int i = 0; i < headers.size(); i++) {
            SegmentHeader header = headers.get(i);
            long limit = Math.min(upTo, limit(headers, i));
            boolean inside = limit > afterZxid && limit > header.previousZxid();
            Stop stop = inside ? walk(header, afterZxid, limit, starting, visitor) : null;
            if (stop != null) {
                return stop;
            }
        }
        return null;
    }

    /** {@return the last zxid of a file that later files have not made void} */
    static long limit(List<SegmentHeader> headers, int index) {
        return headers.stream()
                .skip(index + 1L)
                .mapToLong(SegmentHeader::previousZxid)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private @Nullable Stop walk(SegmentHeader header, long afterZxid, long limit, boolean starting, Visitor visitor)
            throws IOException {
        try (DiskFile file = files.open(header.sequence())) {
            RecordFormat format = files.format(header.sequence());
            RecordReader reader = new RecordReader(file, header, format);
            while (reader.zxid() < limit) {
                LogEntry entry = reader.next();
                if (entry == null || entry.zxid() > limit) {
                    long damaged = LogRecovery.damagedZxid(file, header, format, reader);
                    return stop(header, reader, damaged, limit, starting);
                }
                if (entry.zxid() > afterZxid) {
                    visitor.visit(entry, reader.chain());
                }
            }
        }
        return null;
    }

    /** Only at the start may the log be given another end here: later, others are writing. */
    private Stop stop(SegmentHeader header, RecordReader reader, long damaged, long limit, boolean starting)
            throws IOException {
        boolean accepted =
                starting && LogRecovery.isLossAccepted(files, files.disk().list(), damaged);
        if (!accepted && !(starting && book.isTolerated())) {
            throw LogRecovery.rot(files, header.sequence(), reader.position(), damaged, limit);
        }
        if (accepted) {
            return new Stop(reader.zxid(), reader.chain(), damaged);
        }
        book.missing(
                damaged, lastZxid, files.describe(header.sequence()) + " is damaged at offset " + reader.position());
        return new Stop(reader.zxid(), reader.chain(), 0);
    }

    /** Deletes files of which nothing is needed after this zxid. */
    void dropCovered(long zxid) throws IOException {
        List<SegmentHeader> headers = headers();
        for (int i = 0; i + 1 < headers.size() && limit(headers, i) <= zxid; i++) {
            files.disk().delete(FileNames.log(headers.get(i).sequence()));
            files.disk().forceDirectory(); // one by one, so that a crash never leaves a gap in the row
            catalog.lock();
            try {
                closed.remove(headers.get(i));
            } finally {
                catalog.unlock();
            }
        }
    }

    /** Ends the use of the log; a clean end leaves a forced seal. */
    void close(boolean clean) throws IOException {
        closeCursor();
        try {
            if (clean && forcedZxid == lastZxid) {
                current.seal(RecordFormat.SEALED);
                current.force();
            }
        } finally {
            current.close();
            if (rolledFrom != null) {
                rolledFrom.close();
            }
        }
    }
}
