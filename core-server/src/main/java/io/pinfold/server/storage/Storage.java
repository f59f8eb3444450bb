package io.pinfold.server.storage;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one member keeps on disk. */
public final class Storage implements AutoCloseable {
    private Storage() {}

    /** Opens a data directory, recovers what a crash left, and creates what is missing in an empty one. */
    public static Storage open(Disk disk, StorageOptions options) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** {@return who the directory belongs to} */
    public Identity identity() {
        throw new UnsupportedOperationException();
    }

    /** {@return the newest snapshot that can be read, verified from end to end; null when the log holds everything} */
    public @Nullable SnapshotReader newestSnapshot() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Hands over every entry after a zxid, in order. */
    public void replay(long afterZxid, EntryConsumer consumer) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** {@return the zxid of the last entry appended, or 0} */
    public long lastZxid() {
        throw new UnsupportedOperationException();
    }

    /** Writes entries behind the last one; they are durable only after the next {@link #force()}. */
    public void append(List<LogEntry> entries) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Makes everything appended so far durable. */
    public void force() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Starts a snapshot of the state after exactly this change, which must be durable in the log. */
    public SnapshotWriter beginSnapshot(long zxid) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Deletes the snapshots and log files that are no longer needed. */
    public void retain() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() throws IOException {}
}
