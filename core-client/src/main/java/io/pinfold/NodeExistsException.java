package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The znode exists already. */
public final class NodeExistsException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public NodeExistsException(@Nullable String path, String message) {
        super(ErrorCode.NODE_EXISTS, path, message, null);
    }
}
