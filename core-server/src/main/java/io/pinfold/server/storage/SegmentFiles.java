package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Creates and opens log files. Confined to the disk thread, but for opening and reading headers.
 *
 * <p>A file gets its name only when its header and its size are forced, so a file of a log name that is empty, short or
 * headless is damage and never the work of a crash.
 */
final class SegmentFiles {
    private final Disk disk;
    private final StorageOptions options;
    private final Identity identity;
    private final AppendBuffers buffers = new AppendBuffers();

    SegmentFiles(Disk disk, StorageOptions options, Identity identity) {
        this.disk = disk;
        this.options = options;
        this.identity = identity;
    }

    Disk disk() {
        return disk;
    }

    DiskFile open(long sequence) throws IOException {
        return disk.open(FileNames.log(sequence));
    }

    RecordFormat format(long sequence) {
        return new RecordFormat(Checksums.salt(identity, sequence));
    }

    /** {@return a log file as messages call it} */
    String describe(long sequence) {
        return "log file " + FileNames.log(sequence) + " in " + disk.location();
    }

    /** Reads and checks the header of a log file. */
    SegmentHeader header(long sequence) throws IOException {
        SegmentHeader header = readHeader(sequence);
        if (header == null) {
            throw new StorageException(describe(sequence)
                    + " has a damaged header or is of a later format; restore the directory from a backup");
        }
        return header;
    }

    /** {@return the header of a log file, null when it is damaged; one of something else is refused} */
    @Nullable
    SegmentHeader readHeader(long sequence) throws IOException {
        try (DiskFile file = open(sequence)) {
            ByteBuffer block = ByteBuffer.allocate(SegmentHeader.BYTES);
            file.read(0, block);
            SegmentHeader header = SegmentHeader.read(block.flip());
            if (header == null) {
                return null;
            }
            if (!header.clusterId().equals(identity.clusterId()) || header.memberId() != identity.memberId()) {
                throw new StorageException(
                        describe(sequence) + " belongs to member " + header.memberId() + " of cluster "
                                + header.clusterId() + ", not to member " + identity.memberId() + " of cluster "
                                + identity.clusterId());
            }
            if (header.sequence() != sequence) {
                throw new StorageException(describe(sequence) + " was renamed; it was "
                        + FileNames.log(header.sequence()) + " and must be again");
            }
            return header;
        }
    }

    /** {@return a header in place of a damaged one, good for finding what stands in the file and for nothing else} */
    SegmentHeader standIn(long sequence, long fileBytes) {
        int size = (int) Math.min(fileBytes, StorageOptions.MAX_SEGMENT_BYTES) & -RecordFormat.SLOT;
        return new SegmentHeader(size, identity.clusterId(), identity.memberId(), sequence, 0, 0);
    }

    /** Makes a durable log file with these entries, and with nothing if there is a crash on the way. */
    SegmentWriter create(long sequence, long previousZxid, long previousChain, long minBytes, List<LogEntry> entries)
            throws IOException {
        int size = (int) Math.max(options.segmentBytes(), minBytes + 4095 & -4096L);
        DiskFile file = disk.create(FileNames.log(sequence) + FileNames.STAGED, Disk.Access.ORDINARY);
        file.extend(size);
        SegmentHeader header = new SegmentHeader(
                size, identity.clusterId(), identity.memberId(), sequence, previousZxid, previousChain);
        SegmentWriter writer = SegmentWriter.start(file, header, format(sequence), buffers, options.zeroAheadBytes());
        for (int next = 0; next < entries.size(); ) {
            next = writer.write(entries, next, previousZxid);
        }
        if (!entries.isEmpty()) {
            writer.seal(RecordFormat.SEALED); // true as soon as the file has its name
        }
        writer.force();
        disk.rename(file.name(), FileNames.log(sequence));
        disk.forceDirectory();
        return writer;
    }

    /** Goes on writing in an existing log file. */
    SegmentWriter resume(DiskFile file, SegmentScan scan) {
        return SegmentWriter.resume(file, scan, format(scan.header().sequence()), buffers, options.zeroAheadBytes());
    }
}
