package io.pinfold.server.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which log files a member with peers goes on with when the headers of some cannot be read. Confined to the thread that
 * opens the storage.
 *
 * <p>A file without a header cannot be used, but its records and identifiers still tell how far forcing had come. If a snapshot
 * covers everything before the files behind it, those are kept; otherwise those before it. The others get another name, for
 * an inspection, and are deleted when the log is whole again.
 */
final class LogSalvage {
    private final SegmentFiles files;
    private final List<SegmentHeader> kept;
    private final List<Long> lost;
    private final boolean lostInFront;

    private LogSalvage(SegmentFiles files, List<SegmentHeader> kept, List<Long> lost, boolean lostInFront) {
        this.files = files;
        this.kept = kept;
        this.lost = lost;
        this.lostInFront = lostInFront;
    }

    /** Looks at all files and changes nothing. */
    static LogSalvage of(SegmentFiles files, List<Long> sequences, long snapshotZxid) throws IOException {
        List<@Nullable SegmentHeader> headers = new ArrayList<>();
        for (long sequence : sequences) {
            headers.add(files.readHeader(sequence));
        }
        int firstBad = headers.indexOf(null);
        if (firstBad < 0) {
            return new LogSalvage(files, present(headers), List.of(), false);
        }
        List<SegmentHeader> behind = present(headers.subList(headers.lastIndexOf(null) + 1, headers.size()));
        if (behind.stream().anyMatch(header -> header.previousZxid() <= snapshotZxid)) {
            return new LogSalvage(files, behind, sequences.subList(0, sequences.size() - behind.size()), true);
        }
        return new LogSalvage(
                files, present(headers.subList(0, firstBad)), sequences.subList(firstBad, sequences.size()), false);
    }

    private static List<SegmentHeader> present(List<@Nullable SegmentHeader> headers) {
        List<SegmentHeader> present = new ArrayList<>();
        for (SegmentHeader header : headers) {
            if (header != null) {
                present.add(header);
            }
        }
        return present;
    }

    /** {@return the headers of the files that are kept, in order; perhaps none} */
    List<SegmentHeader> kept() {
        return kept;
    }

    /** {@return the files behind the kept ones that are of no use} */
    List<Long> lostBehind() {
        return lostInFront ? List.of() : lost;
    }

    /** {@return the highest zxid of which there is a trace in files that are of no use and are not covered by a snapshot} */
    long evidence() throws IOException {
        long needed = 0;
        for (long sequence : lostBehind()) {
            try (DiskFile file = files.open(sequence)) {
                SegmentScan scan = SegmentScan.of(file, files.standIn(sequence, file.size()), files.format(sequence));
                needed = Math.max(needed, Math.max(scan.forcedZxid(), scan.seenZxid()));
            }
        }
        return needed;
    }

    /** Moves what is of no use out of the way; one by one, so that a crash never leaves a gap in the row. */
    void setAside() throws IOException {
        for (int i = 0; i < lost.size(); i++) {
            String name = FileNames.log(lost.get(lostInFront ? i : lost.size() - 1 - i));
            files.disk().rename(name, FileNames.setAside(name));
            files.disk().forceDirectory();
        }
    }
}
