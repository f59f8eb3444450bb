package io.pinfold.server.storage;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What one member keeps on disk: its identity, a log of entries and snapshots of the state that the entries make.
 *
 * <p>Start: {@link #open}, then {@link #newestSnapshot} and {@link #replay} from its zxid on. Running: {@link #append} and
 * {@link #force}, one force for many appends; an entry may be acknowledged when a force that began after its append has
 * returned. Now and then {@link #beginSnapshot}, and {@link #retain} after its commit.
 *
 * <p>The first failure to write or force ends the use of this object: every later call fails too, and nothing is retried.
 * What a crash leaves, and why some damage is repaired and some is refused, is told in {@link LogRecovery}.
 *
 * <p>Threads: opening, appending, forcing and cutting belong to the disk thread; one snapshot at a time may be written, and
 * {@code retain} and {@code replay} called, on another.
 */
public final class Storage implements AutoCloseable {
    private final Disk disk;
    private final StorageOptions options;
    private final Identity identity;
    private final WriteAheadLog log;
    private final SnapshotShelf shelf;
    private final Poison poison;
    private final MetadataFiles metadataFiles;
    private final DamageBook book;
    private volatile Metadata metadata;
    /** The snapshot that {@link #newestSnapshot} gave. Confined to the thread that opens the storage. */
    private long restoredZxid;

    private long restoredChain;

    private Storage(
            Disk disk,
            StorageOptions options,
            Identity identity,
            WriteAheadLog log,
            SnapshotShelf shelf,
            Poison poison,
            MetadataFiles metadataFiles,
            DamageBook book,
            Metadata metadata) {
        this.disk = disk;
        this.options = options;
        this.identity = identity;
        this.log = log;
        this.shelf = shelf;
        this.poison = poison;
        this.metadataFiles = metadataFiles;
        this.book = book;
        this.metadata = metadata;
    }

    /**
     * Opens a data directory, recovers what a crash left, and creates what is missing in an empty one. Fails with a
     * {@link StorageException} when another process has it, when it belongs to somebody else, or when something in it is
     * damaged that may have been acknowledged. The disk is given back when opening fails, and with the storage.
     */
    public static Storage open(Disk disk, StorageOptions options) throws IOException {
        Disk used = options.force() ? disk : new UnforcedDisk(disk);
        lock(used);
        try {
            return openLocked(used, options);
        } catch (IOException e) {
            used.close();
            throw Poison.describe("open data directory " + disk.location(), e);
        }
    }

    /** {@return whether there is something in a data directory that {@link #open} would not have to make} Changes nothing. */
    public static boolean isOn(Disk disk) throws IOException {
        return disk.list().stream().anyMatch(FileNames::isOurs);
    }

    private static void lock(Disk disk) throws IOException {
        try {
            disk.lock();
        } catch (IOException e) {
            throw Poison.describe("lock data directory " + disk.location(), e);
        }
    }

    private static Storage openLocked(Disk disk, StorageOptions options) throws IOException {
        Identity identity = new StorageOpening(disk, options).prepare();
        Poison poison = new Poison();
        MetadataFiles metadata = new MetadataFiles(disk);
        Metadata remembered = metadata.read();
        DamageBook book = new DamageBook(disk, metadata, options.damageTolerated());
        SnapshotShelf shelf = new SnapshotShelf(disk, identity, poison);
        SegmentFiles files = new SegmentFiles(disk, options, identity);
        WriteAheadLog log = WriteAheadLog.open(files, book, recovery(files, book, shelf));
        book.look(disk.list(), log.lastZxid());
        return new Storage(disk, options, identity, log, shelf, poison, metadata, book, remembered);
    }

    private static LogRecovery recovery(SegmentFiles files, DamageBook book, SnapshotShelf shelf) throws IOException {
        List<String> names = files.disk().list();
        if (!book.isTolerated()) {
            return new LogRecovery(files, names, book, 0, 0); // it can do without no file
        }
        try (SnapshotReader newest = shelf.newest()) {
            return newest == null
                    ? new LogRecovery(files, names, book, 0, 0)
                    : new LogRecovery(files, names, book, newest.zxid(), newest.chain());
        }
    }

    /** {@return what was durable once and cannot be read; null when nothing is missing. Known for good after {@link #replay}} */
    public @Nullable Damage damage() {
        return book.damage();
    }

    /**
     * {@return what is remembered besides the log in a directory that nobody has open}
     *
     * @param disk the directory
     */
    public static Metadata metadataOf(Disk disk) throws IOException {
        return new MetadataFiles(disk).read();
    }

    /** {@return who the directory belongs to} */
    public Identity identity() {
        return identity;
    }

    /** {@return what opening found at the end of the log} */
    public LogTail tail() {
        return log.tail();
    }

    /**
     * {@return the newest snapshot that can be read, verified from end to end; null when the log holds everything} A damaged
     * snapshot is passed over with a warning as long as an older one and the log suffice, and refused otherwise.
     */
    public @Nullable SnapshotReader newestSnapshot() throws IOException {
        poison.check();
        SnapshotReader snapshot = shelf.newest();
        long zxid = snapshot == null ? 0 : snapshot.zxid();
        restoredZxid = zxid;
        restoredChain = snapshot == null ? 0 : snapshot.chain();
        if (log.floorZxid() > zxid && book.isTolerated()) {
            book.missing(
                    zxid + 1, log.lastZxid(), "There is no readable snapshot to go with the log in " + disk.location());
            beginLogBehind(zxid, snapshot == null ? 0 : snapshot.chain());
            return snapshot;
        }
        if (log.floorZxid() > zxid) {
            close(snapshot);
            throw new StorageException("the log in " + disk.location() + " begins only after "
                    + FileNames.zxid(log.floorZxid())
                    + (snapshot == null
                            ? " and there is no readable snapshot"
                            : " and the newest readable snapshot is of " + FileNames.zxid(zxid))
                    + "; restore the directory from a backup");
        }
        if (snapshot != null && snapshot.isReceived() && !log.holds(zxid, snapshot.chain())) {
            goOnBehind(zxid, snapshot.chain());
        } else if (snapshot != null && log.lastZxid() < zxid) {
            continueAfter(snapshot);
        }
        return snapshot;
    }

    /** The log ends before its own snapshot: files are lost, and with them perhaps later entries. */
    private void continueAfter(SnapshotReader snapshot) throws IOException {
        long lost = snapshot.zxid() + 1;
        if (book.damage() != null) {
            beginLogBehind(snapshot.zxid(), snapshot.chain()); // what is missing is known
            return;
        }
        if (!disk.list().contains(FileNames.acceptLoss(lost))) {
            snapshot.close();
            throw new StorageException("the log in " + disk.location() + " ends at " + FileNames.zxid(log.lastZxid())
                    + ", before the snapshot of " + FileNames.zxid(snapshot.zxid())
                    + "; restore the missing log files, or go on with the snapshot alone by creating an empty file "
                    + FileNames.acceptLoss(lost) + " beside it and starting again");
        }
        poison.guard("begin a log in " + disk.location(), () -> {
            log.continueAfter(snapshot.zxid(), snapshot.chain());
            disk.delete(FileNames.acceptLoss(lost));
            disk.forceDirectory();
        });
    }

    /** What the log held stays on the disk, void, until it is covered by a snapshot. */
    private void beginLogBehind(long zxid, long chain) throws IOException {
        poison.guard("begin a log in " + disk.location(), () -> log.continueAfter(zxid, chain));
    }

    /** {@return the newest snapshot behind which the log goes on without a gap; null when there is none} */
    @Nullable
    SnapshotReader snapshotForPeer() throws IOException {
        poison.check();
        SnapshotReader snapshot = shelf.newest();
        if (snapshot != null && snapshot.zxid() < log.floorZxid()) {
            snapshot.close();
            return null;
        }
        return snapshot;
    }

    /** A snapshot turned out to be damaged although it could be read once. */
    void distrust(long snapshotZxid) {
        shelf.distrust(snapshotZxid);
    }

    private static void close(@Nullable SnapshotReader reader) throws IOException {
        if (reader != null) {
            reader.close();
        }
    }

    /** Hands over every entry after a zxid, in order; fails with a {@link StorageException} at the first damaged one. */
    public void replay(long afterZxid, EntryConsumer consumer) throws IOException {
        poison.check();
        OptionalLong chain = afterZxid == restoredZxid ? OptionalLong.of(restoredChain) : OptionalLong.empty();
        Poison.describing("read the log in " + disk.location(), () -> log.replay(afterZxid, chain, consumer));
    }

    /** {@return the zxid of the last entry appended, or of the snapshot that the log continues, or 0} */
    public long lastZxid() {
        return log.lastZxid();
    }

    /** {@return the zxid up to which everything is durable} */
    public long forcedZxid() {
        return log.forcedZxid();
    }

    /** {@return the chain value after an entry of the log} Two members that have the same agree on the whole history. */
    public long chainAt(long zxid) throws IOException {
        return log.chainAt(zxid);
    }

    /** Writes entries, whose zxids ascend, behind the last one; they are durable only after the next {@link #force()}. */
    public void append(List<LogEntry> entries) throws IOException {
        poison.check();
        log.check(entries);
        poison.guard("write the log in " + disk.location(), () -> log.append(entries));
    }

    /** Makes everything appended so far durable. */
    public void force() throws IOException {
        forceOnly();
        seal();
    }

    /** As {@link #force}, but {@link #seal} is still to come. */
    void forceOnly() throws IOException {
        poison.guard("force the log in " + disk.location(), log::force);
        if (book.damage() != null) {
            checkRepair();
        }
    }

    /** Notes that the force was done, which tells torn from rotten when the very last records are damaged. */
    void seal() throws IOException {
        poison.guard("write the log in " + disk.location(), log::seal);
    }

    private void checkRepair() throws IOException {
        poison.guard("write the metadata in " + disk.location(), () -> book.durable(log.forcedZxid()));
    }

    /** Voids every entry after a zxid of the log, durably, because the cluster decided otherwise. */
    public void cutAfter(long zxid) throws IOException {
        poison.guard("cut the log in " + disk.location(), () -> log.cutAfter(zxid));
    }

    /** Starts a snapshot of the state after exactly this entry, which must be durable in the log. */
    public SnapshotWriter beginSnapshot(long zxid) throws IOException {
        poison.check();
        if (zxid > log.forcedZxid()) {
            throw new IllegalArgumentException("a snapshot of " + FileNames.zxid(zxid) + ", but only "
                    + FileNames.zxid(log.forcedZxid()) + " is durable");
        }
        return shelf.begin(zxid, log.chainAt(zxid), false);
    }

    /** Starts a snapshot that a peer sends, of a state that is ahead of the own; {@link #install} ends it. */
    SnapshotWriter receiveSnapshot(long zxid, long chain) throws IOException {
        poison.check();
        return shelf.begin(zxid, chain, true);
    }

    /**
     * Makes a received snapshot the state: durable under its name, then the log goes on behind it and what it held before is
     * deleted. After a crash in between, {@link #newestSnapshot} ends the work.
     */
    void install(SnapshotWriter snapshot, long chain) throws IOException {
        snapshot.commit();
        goOnBehind(snapshot.zxid(), chain);
        checkRepair();
    }

    private void goOnBehind(long zxid, long chain) throws IOException {
        poison.guard("begin a log in " + disk.location(), () -> {
            log.continueAfter(zxid, chain);
            log.dropCovered(zxid);
        });
    }

    /** {@return whether there is room for more than what makes room} */
    public boolean hasRoom() {
        return disk.hasRoom();
    }

    /** {@return where everything is, for messages} */
    public String location() {
        return disk.location();
    }

    /** {@return what the member must remember} */
    public Metadata metadata() {
        return metadata;
    }

    /** Makes metadata durable. */
    public void saveMetadata(Metadata changed) throws IOException {
        poison.guard("write the metadata in " + disk.location(), () -> metadataFiles.write(changed));
        metadata = changed;
    }

    /**
     * Reads the log behind the last entry that is not after a zxid; {@return so many bytes of it, unless one entry has
     * more; null when the log begins later, or cannot be read there}
     */
    public @Nullable LogSlice read(long afterZxid, int maxBytes) throws IOException {
        poison.check();
        return log.read(afterZxid, maxBytes);
    }

    /** {@return whether the log begins early enough to have what follows on a zxid} */
    boolean reachesBackTo(long zxid) {
        return log.floorZxid() <= zxid;
    }

    /**
     * Deletes what is no longer needed: snapshots older than the newest {@link StorageOptions#snapshotsKept} that verify,
     * and log files covered by the oldest of those, so that every kept snapshot can be fallen back to. With fewer
     * snapshots nothing is deleted.
     */
    public void retain() throws IOException {
        poison.check();
        Poison.describing("delete old files in " + disk.location(), () -> {
            OptionalLong oldestKept = shelf.keepNewest(options.snapshotsKept());
            if (oldestKept.isPresent()) {
                log.dropCovered(oldestKept.getAsLong());
            }
        });
    }

    /** Gives the directory back as it is, as when a process dies. */
    public void abandon() throws IOException {
        try {
            log.close(false);
        } finally {
            disk.close();
        }
    }

    /** Gives the directory back. Appended entries that were not forced may be lost. */
    @Override
    public void close() throws IOException {
        try {
            log.close(!poison.isSpread());
        } finally {
            disk.close();
        }
    }
}
