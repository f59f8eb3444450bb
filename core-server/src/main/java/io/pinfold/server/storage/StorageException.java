package io.pinfold.server.storage;

import java.io.IOException;

/** The disk failed, or what it holds cannot be trusted. The message is one sentence for an operator. Immutable. */
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong and, where there is a way on, which. */
    public StorageException(String message) {
        super(message);
    }

    /** As above, with the failure of the operating system that led to it. */
    public StorageException(String message, IOException cause) {
        super(message, cause);
    }
}
