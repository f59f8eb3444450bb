package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done before anything is read: cleaning up, and telling a new directory from one that lost something. Confined to
 * the thread that opens the storage.
 *
 * <p>A new directory gets its first log file and then its identity, so an identity without a log file is never the work of
 * a crash, and a log file without identity is only if it is the first and empty.
 */
final class StorageOpening {
    private static final Logger LOG = LoggerFactory.getLogger(StorageOpening.class);

    private final Disk disk;
    private final StorageOptions options;

    StorageOpening(Disk disk, StorageOptions options) {
        this.disk = disk;
        this.options = options;
    }

    /** Removes what was never finished, and sees to it that there is an identity. */
    Identity prepare() throws IOException {
        cleanUp();
        IdentityFiles identities = new IdentityFiles(disk, disk.list());
        if (!identities.exist()) {
            initialise(identities);
            return new IdentityFiles(disk, disk.list()).read();
        }
        Identity identity = identities.read();
        if (identity.memberId() != options.memberId()) {
            throw new StorageException("data directory " + disk.location() + " belongs to member " + identity.memberId()
                    + ", not to member " + options.memberId() + "; correct the number of the member or its directory");
        }
        if (options.clusterId() != null && !options.clusterId().equals(identity.clusterId())) {
            throw new StorageException("data directory " + disk.location() + " belongs to cluster "
                    + identity.clusterId() + ", not to cluster " + options.clusterId());
        }
        return identity;
    }

    private void cleanUp() throws IOException {
        for (String name : disk.list()) {
            if (!FileNames.isOurs(name)) {
                LOG.info("file-left-alone dir={} file={}", disk.location(), name);
            } else if (FileNames.isStaged(name)) {
                disk.delete(name);
            }
        }
        // A process that was killed between a rename and this left a name that is seen but not yet durable.
        disk.forceDirectory();
    }

    private void initialise(IdentityFiles identities) throws IOException {
        List<String> names = disk.list();
        List<Long> logs = FileNames.numbers(names, FileNames.LOG);
        if (!FileNames.numbers(names, FileNames.SNAPSHOT).isEmpty()
                || logs.size() > 1
                || logs.size() == 1 && !isUnusedFirst(logs.get(0))) {
            throw new StorageException("data directory " + disk.location() + " has lost its identity ("
                    + FileNames.IDENTITY_A + ", " + FileNames.IDENTITY_B + "); restore one of the two from a backup"
                    + IdentityFiles.OR_EMPTY);
        }
        if (!logs.isEmpty()) {
            disk.delete(FileNames.log(logs.get(0)));
            disk.forceDirectory();
        }
        Identity identity = IdentityFiles.make(options);
        SegmentFiles files = new SegmentFiles(disk, options, identity);
        WriteAheadLog.create(files);
        new MetadataFiles(disk).create(new Metadata(0, 0, false, false, identity.clusterId(), identity.sessionKey()));
        identities.write(identity);
    }

    private boolean isUnusedFirst(long sequence) throws IOException {
        if (sequence != 1) {
            return false;
        }
        try (DiskFile file = disk.open(FileNames.log(sequence))) {
            ByteBuffer first = ByteBuffer.allocate(RecordFormat.HEADER);
            ByteBuffer last = ByteBuffer.allocate(RecordFormat.SLOT);
            file.read(SegmentHeader.BYTES, first);
            file.read(Math.max(0, file.size() - RecordFormat.SLOT), last);
            return isZero(first) && isZero(last) || file.size() == 0;
        }
    }

    private static boolean isZero(ByteBuffer bytes) {
        bytes.flip();
        while (bytes.hasRemaining()) {
            if (bytes.get() != 0) {
                return false;
            }
        }
        return true;
    }
}
