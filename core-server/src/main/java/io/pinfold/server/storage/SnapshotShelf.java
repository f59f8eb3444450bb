package io.pinfold.server.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The snapshots of one directory. Thread-safe: one lock around the set of verified ones. */
final class SnapshotShelf {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotShelf.class);

    private final Disk disk;
    private final Identity identity;
    private final Poison poison;
    private final ReentrantLock guard = new ReentrantLock();
    private final Set<Long> verified = new HashSet<>();

    SnapshotShelf(Disk disk, Identity identity, Poison poison) {
        this.disk = disk;
        this.identity = identity;
        this.poison = poison;
    }

    SnapshotWriter begin(long zxid, long chain, boolean received) throws IOException {
        try {
            DiskFile file = disk.create(FileNames.snapshot(zxid) + FileNames.STAGED, Disk.Access.ORDINARY);
            return new SnapshotWriter(
                    this,
                    new SnapshotFormat.Header(identity.clusterId(), identity.memberId(), zxid, chain, received),
                    file);
        } catch (IOException e) {
            throw Poison.describe("begin snapshot " + FileNames.snapshot(zxid) + " in " + disk.location(), e);
        }
    }

    void publish(long zxid) throws IOException {
        poison.guard("publish a snapshot in " + disk.location(), () -> {
            disk.rename(FileNames.snapshot(zxid) + FileNames.STAGED, FileNames.snapshot(zxid));
            disk.forceDirectory();
        });
        markVerified(zxid);
    }

    void discard(long zxid) throws IOException {
        disk.delete(FileNames.snapshot(zxid) + FileNames.STAGED);
    }

    /** {@return the newest snapshot that holds, or null when there is none; damaged ones are passed over with a warning} */
    @Nullable
    SnapshotReader newest() throws IOException {
        for (long zxid : newestFirst()) {
            if (verify(zxid)) {
                return SnapshotReader.open(disk, FileNames.snapshot(zxid), zxid, identity);
            }
        }
        return null;
    }

    private List<Long> newestFirst() throws IOException {
        List<Long> zxids = new ArrayList<>(FileNames.numbers(disk.list(), FileNames.SNAPSHOT));
        zxids.sort((a, b) -> Long.compare(b, a));
        return zxids;
    }

    /** {@return whether a snapshot can be read to its end} Reads it wholly the first time it is asked. */
    private boolean verify(long zxid) throws IOException {
        if (isVerified(zxid)) {
            return true;
        }
        try (SnapshotReader reader = SnapshotReader.open(disk, FileNames.snapshot(zxid), zxid, identity)) {
            while (reader.nextBlock() != null) {
                // reading verifies
            }
        } catch (IOException e) { // a failing read is damage too
            LOG.warn("snapshot-passed-over reason={}", e.getMessage());
            return false;
        }
        markVerified(zxid);
        return true;
    }

    private boolean isVerified(long zxid) {
        guard.lock();
        try {
            return verified.contains(zxid);
        } finally {
            guard.unlock();
        }
    }

    void distrust(long zxid) {
        guard.lock();
        try {
            verified.remove(zxid);
        } finally {
            guard.unlock();
        }
    }

    private void markVerified(long zxid) {
        guard.lock();
        try {
            verified.add(zxid);
        } finally {
            guard.unlock();
        }
    }

    /**
     * Deletes the snapshots older than the newest so many verified ones; {@return the oldest of those, or nothing when there
     * are not yet so many, in which case nothing was deleted}
     */
    OptionalLong keepNewest(int count) throws IOException {
        int found = 0;
        long oldest = 0;
        List<Long> superfluous = new ArrayList<>();
        for (long zxid : newestFirst()) {
            if (found == count) {
                superfluous.add(0, zxid);
            } else if (verify(zxid)) {
                found++;
                oldest = zxid;
            }
        }
        for (long zxid : superfluous) {
            disk.delete(FileNames.snapshot(zxid));
        }
        if (!superfluous.isEmpty()) {
            disk.forceDirectory();
        }
        return found == count ? OptionalLong.of(oldest) : OptionalLong.empty();
    }
}
