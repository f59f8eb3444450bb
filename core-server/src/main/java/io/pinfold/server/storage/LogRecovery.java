package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the log back to a state in which writing can go on. Confined to the thread that opens the storage.
 *
 * <p><b>Torn or rotten?</b> Entries are appended in batches; a batch ends with a force, only then may anybody hear of it,
 * and only then is the next batch written. A crash may lose any of the sectors of the last batch, identifiers and records
 * alike, so neither a record without its identifier nor an identifier without its record tells whether the force came to
 * its end. But <em>anything</em> found of a later batch tells it. So every record and identifier carries the zxid up to
 * which everything had been forced when it was written, and after a force a <em>seal</em> says the same, without being
 * forced itself. The highest such zxid found anywhere in the file is F.
 *
 * <ul>
 *   <li>Up to F every record was forced. One that cannot be read is <b>rot</b>: it may be committed. A server without peers
 *       cuts nothing and refuses to start; a member that has peers notes in the {@link DamageBook} what was there, and goes on
 *       with what is in front of it. An identifier that cannot be read, of a record that can, is of no consequence.
 *   <li>Behind F is one batch whose force was not finished, as far as can be known: the records that follow on each other
 *       without damage are kept, what is behind them is <b>torn</b> and is cut. Keeping unacknowledged entries is allowed, as
 *       their writers do not know the outcome; had the batch been acknowledged, all of it would be there.
 *   <li>What remains undecidable is rot in an acknowledged batch in the moment between its force and the seal's way to the disk
 *       (with the next batch, or by the operating system within seconds). {@link LogTail#seenZxid()} tells a
 *       cluster that something was cut, so that peers can decide it.
 * </ul>
 *
 * <p><b>Nothing is ever cut in place.</b> A new file is made that continues after F with the kept entries, forced, and only
 * then gets its name; its header voids what older files hold beyond. So a crash during recovery changes nothing, old bytes
 * cannot come back to life, what was cut stays there for an inspection, and entries that a failed force may have left in
 * the operating system's cache alone are written again. This assumes that a disk writes a sector of 512 bytes wholly or
 * not at all.
 */
final class LogRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

    private final SegmentFiles files;
    private final List<String> names;
    private final DamageBook book;
    private final long snapshotZxid;
    private final long snapshotChain;

    /** Needs the newest snapshot that can be read, 0 if there is none, to know which files can be done without. */
    LogRecovery(SegmentFiles files, List<String> names, DamageBook book, long snapshotZxid, long snapshotChain) {
        this.files = files;
        this.names = names;
        this.book = book;
        this.snapshotZxid = snapshotZxid;
        this.snapshotChain = snapshotChain;
    }

    /** What came out. */
    record Outcome(List<SegmentHeader> closed, SegmentWriter current, LogTail tail) {}

    Outcome recover() throws IOException {
        List<Long> sequences = sequences();
        if (!book.isTolerated()) {
            return recover(headers(sequences), false);
        }
        LogSalvage salvage = LogSalvage.of(files, sequences, snapshotZxid);
        List<SegmentHeader> kept = new ArrayList<>(salvage.kept());
        if (salvage.lostBehind().isEmpty()) {
            salvage.setAside();
            return recover(kept, false);
        }
        long last = kept.isEmpty() ? snapshotZxid : lastZxid(kept.get(kept.size() - 1));
        long needed = salvage.evidence();
        if (needed > last) {
            book.missing(last + 1, needed, files.describe(salvage.lostBehind().get(0)));
        }
        salvage.setAside();
        if (kept.isEmpty()) {
            long next = salvage.lostBehind().get(0);
            SegmentWriter begun = files.create(next, snapshotZxid, snapshotChain, 0, List.of());
            return new Outcome(kept, begun, new LogTail(snapshotZxid, snapshotZxid, snapshotZxid));
        }
        return recover(kept, true);
    }

    private long lastZxid(SegmentHeader header) throws IOException {
        try (DiskFile file = files.open(header.sequence())) {
            return SegmentScan.of(file, header, files.format(header.sequence())).lastZxid();
        }
    }

    /** @param beheaded whether there were newer files, of no use, of which everything that matters is known */
    private Outcome recover(List<SegmentHeader> headers, boolean beheaded) throws IOException {
        SegmentHeader newest = headers.remove(headers.size() - 1);
        DiskFile file = files.open(newest.sequence());
        SegmentScan scan = SegmentScan.of(file, newest, files.format(newest.sequence()));
        boolean newerLost = beheaded || book.isTolerated() && book.damage() != null;
        if (scan.rolled() && !newerLost) {
            file.close();
            throw new StorageException("log file " + FileNames.log(newest.sequence() + 1) + " is missing from "
                    + files.disk().location() + " although it was in use; restore the directory from a backup"
                    + orBeginAnew());
        }
        if (scan.isClean() && file.size() >= newest.size() && !scan.rolled() && !beheaded) {
            return new Outcome(headers, files.resume(file, scan), tail(scan));
        }
        boolean lossAccepted = settle(newest, file, scan);
        headers.add(newest);
        SegmentWriter current = supersede(file, scan);
        file.close();
        if (lossAccepted) {
            lossDone(files, scan.damagedZxid());
        }
        return new Outcome(headers, current, tail(scan));
    }

    /** Sees to it that nothing is lost silently. {@return whether the operator gives up what is lost} */
    private boolean settle(SegmentHeader newest, DiskFile file, SegmentScan scan) throws IOException {
        boolean cutShort = file.size() < newest.size();
        if (!scan.isRotten() && !cutShort) {
            return false;
        }
        if (isLossAccepted(files, names, scan.damagedZxid())) {
            return true;
        }
        if (cutShort) {
            file.close();
            throw cutShort(newest, scan);
        }
        if (!book.isTolerated()) {
            file.close();
            throw rot(files, newest.sequence(), scan.recordsEnd(), scan.damagedZxid(), scan.forcedZxid());
        }
        book.missing(
                scan.damagedZxid(),
                Math.max(scan.forcedZxid(), scan.seenZxid()),
                files.describe(newest.sequence()) + " is damaged at offset " + scan.recordsEnd());
        return false;
    }

    private String orBeginAnew() {
        return book.isTolerated() ? ", or empty it, and the member learns everything anew from its peers" : "";
    }

    private static LogTail tail(SegmentScan scan) {
        return new LogTail(Math.min(scan.forcedZxid(), scan.lastZxid()), scan.lastZxid(), scan.seenZxid());
    }

    private List<Long> sequences() throws IOException {
        List<Long> sequences = FileNames.numbers(names, FileNames.LOG);
        if (sequences.isEmpty()) {
            throw new StorageException("the log files are missing from "
                    + files.disk().location() + "; restore the directory from a backup, or empty it to begin anew");
        }
        for (int i = 1; i < sequences.size(); i++) {
            if (sequences.get(i) != sequences.get(i - 1) + 1) {
                throw new StorageException("log file " + FileNames.log(sequences.get(i) - 1) + " is missing from "
                        + files.disk().location() + "; restore the directory from a backup" + orBeginAnew());
            }
        }
        dropEmptyNewest(sequences);
        return sequences;
    }

    /** An empty newest file holds nothing to lose unless its predecessor says that it was in use. */
    private void dropEmptyNewest(List<Long> sequences) throws IOException {
        long newest = sequences.get(sequences.size() - 1);
        try (DiskFile file = files.open(newest)) {
            if (file.size() > 0 || sequences.size() == 1) {
                return;
            }
        }
        SegmentHeader previous = files.header(newest - 1);
        try (DiskFile file = files.open(newest - 1)) {
            if (SegmentScan.of(file, previous, files.format(newest - 1)).rolled()) {
                throw new StorageException(files.describe(newest)
                        + " is empty although it was in use; restore the directory from a backup"
                        + orBeginAnew());
            }
        }
        LOG.warn("log-file-removed reason={} was empty and never used", files.describe(newest));
        files.disk().delete(FileNames.log(newest));
        files.disk().forceDirectory();
        sequences.remove(sequences.size() - 1);
    }

    private List<SegmentHeader> headers(List<Long> sequences) throws IOException {
        List<SegmentHeader> headers = new ArrayList<>();
        for (long sequence : sequences) {
            headers.add(files.header(sequence));
        }
        return headers;
    }

    private SegmentWriter supersede(DiskFile file, SegmentScan scan) throws IOException {
        SegmentHeader old = scan.header();
        long from = Math.min(scan.forcedZxid(), scan.lastZxid());
        RecordReader reader = new RecordReader(file, old, files.format(old.sequence()));
        long chain = old.previousChain();
        List<LogEntry> kept = new ArrayList<>();
        for (LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
            if (entry.zxid() <= from) {
                chain = reader.chain();
            } else {
                kept.add(entry);
            }
        }
        if (scan.seenZxid() > scan.lastZxid() && !scan.isRotten()) {
            LOG.warn(
                    "log-torn kept={} cut={} reason=a crash tore the last batch of {}",
                    FileNames.zxid(scan.lastZxid()),
                    FileNames.zxid(scan.seenZxid()),
                    files.describe(old.sequence()));
        }
        return files.create(old.sequence() + 1, from, chain, old.size(), kept);
    }

    /** {@return whether the operator has agreed to lose everything from this zxid on} */
    static boolean isLossAccepted(SegmentFiles files, List<String> names, long zxid) {
        boolean accepted = names.contains(FileNames.acceptLoss(zxid));
        if (accepted) {
            LOG.warn(
                    "loss-accepted dir={} from={} file={}",
                    files.disk().location(),
                    FileNames.zxid(zxid),
                    FileNames.acceptLoss(zxid));
        }
        return accepted;
    }

    static void lossDone(SegmentFiles files, long zxid) throws IOException {
        files.disk().delete(FileNames.acceptLoss(zxid));
        files.disk().forceDirectory();
    }

    static StorageException rot(SegmentFiles files, long sequence, int offset, long zxid, long forcedZxid) {
        return new StorageException(files.describe(sequence) + " is damaged at offset " + offset + " (transaction "
                + FileNames.zxid(zxid) + ") although everything up to " + FileNames.zxid(forcedZxid)
                + " was durable, so nothing was cut; " + howToGoOn(zxid));
    }

    private StorageException cutShort(SegmentHeader newest, SegmentScan scan) {
        return new StorageException(
                files.describe(newest.sequence()) + " has lost its end, which no crash does and which"
                        + " leaves open what came after transaction " + FileNames.zxid(scan.lastZxid()) + "; "
                        + howToGoOn(scan.damagedZxid()) + orBeginAnew());
    }

    private static String howToGoOn(long zxid) {
        return "restore the directory from a backup, or give up everything from " + FileNames.zxid(zxid)
                + " on by creating an empty file " + FileNames.acceptLoss(zxid) + " beside it and starting again";
    }

    /** Finds what the identifier says about the record that a reader could not read. */
    static long damagedZxid(DiskFile file, SegmentHeader header, RecordFormat format, RecordReader reader)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(RecordFormat.SLOT);
        file.read(header.size() - (reader.count() + 1L) * RecordFormat.SLOT, bytes);
        RecordFormat.@Nullable Slot slot = format.readSlot(bytes, 0);
        return slot != null && slot.offset() == reader.position() ? slot.zxid() : reader.zxid() + 1;
    }
}
