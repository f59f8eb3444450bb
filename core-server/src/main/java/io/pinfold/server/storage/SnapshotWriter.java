package io.pinfold.server.storage;

import java.io.IOException;

/**
 * Writes a snapshot under a temporary name; it exists only once committed. Confined to the snapshot thread. A failure
 * spoils this snapshot and nothing else.
 */
public final class SnapshotWriter implements AutoCloseable {
    SnapshotWriter() {}

    /** {@return the last change that the snapshot contains} */
    public long zxid() {
        throw new UnsupportedOperationException();
    }

    /** Adds one block, which the reader will get back as it is. */
    public void write(byte[] buf, int off, int len) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Makes the snapshot durable under its final name. */
    public void commit() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Throws away what was written; does nothing after a commit. */
    public void abort() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Same as {@link #abort()}. */
    @Override
    public void close() throws IOException {
        abort();
    }
}
