package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The znode, or the parent of a znode to be created, does not exist. */
public final class NoNodeException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public NoNodeException(@Nullable String path, String message) {
        super(ErrorCode.NO_NODE, path, message, null);
    }
}
