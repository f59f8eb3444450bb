package io.pinfold.server.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a snapshot that was verified before. Confined to the thread that restores. */
public final class SnapshotReader implements AutoCloseable {
    SnapshotReader() {}

    /** {@return the last change that the snapshot contains} */
    public long zxid() {
        throw new UnsupportedOperationException();
    }

    /** {@return the next block, exactly as one {@link SnapshotWriter#write} wrote it, or null after the last} */
    public byte @Nullable [] nextBlock() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() throws IOException {}
}
