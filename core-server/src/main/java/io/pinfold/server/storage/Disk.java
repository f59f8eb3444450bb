package io.pinfold.server.storage;

import java.io.IOException;
import java.util.List;

/**
 * The files of one data directory: all that storage asks of an operating system, so that a test or a simulation can put
 * its own in place. Names are plain file names. Nothing survives a power loss before it was forced: bytes by
 * {@link DiskFile#force}, the presence of a name by {@link #forceDirectory}. Thread-safe: calls that concern different
 * files may come from different threads.
 */
public interface Disk extends AutoCloseable {
    /** Who may read a new file. */
    enum Access {
        /** As the process's umask says. */
        ORDINARY,
        /** Nobody but the owner, where the file system knows owners. */
        OWNER_ONLY
    }

    /** {@return where this is, for messages} */
    String location();

    /** Claims the directory for this process; fails with a {@link StorageException} when somebody else has it. */
    void lock() throws IOException;

    /** {@return the names of all files, sorted} */
    List<String> list() throws IOException;

    /** Creates an empty file; fails when the name is taken. */
    DiskFile create(String name, Access access) throws IOException;

    /** Opens an existing file for reading and writing. */
    DiskFile open(String name) throws IOException;

    /** Gives a file another name, in one step, replacing what had that name. */
    void rename(String from, String to) throws IOException;

    /** Removes a file; its absence is a failure. */
    void delete(String name) throws IOException;

    /** Makes every create, rename and delete so far durable. */
    void forceDirectory() throws IOException;

    /** {@return whether there is more room than what is kept in reserve, to make room with} */
    default boolean hasRoom() {
        return true;
    }

    /** Gives the directory back. Forces nothing. */
    @Override
    void close() throws IOException;
}
