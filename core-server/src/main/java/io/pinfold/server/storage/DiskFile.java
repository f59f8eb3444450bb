package io.pinfold.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a {@link Disk}, without a position of its own. Reading is thread-safe; one thread writes. */
public interface DiskFile extends AutoCloseable {
    /** {@return the name under which it was opened} */
    String name();

    /** {@return the length in bytes} */
    long size() throws IOException;

    /** Fills the buffer from a position on, up to the end of the file; {@return how many bytes came} */
    int read(long position, ByteBuffer into) throws IOException;

    /** Writes all that remains in the buffer, growing the file as needed. */
    void write(long position, ByteBuffer from) throws IOException;

    /** Grows the file with zeros to a size, which need not take up room yet. */
    void extend(long size) throws IOException;

    /** Makes everything written so far durable, the size included; other metadata may stay behind. */
    void force() throws IOException;

    @Override
    void close() throws IOException;
}
