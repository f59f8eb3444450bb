package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The znode cannot be deleted because it has children. */
public final class NotEmptyException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public NotEmptyException(@Nullable String path, String message) {
        super(ErrorCode.NOT_EMPTY, path, message, null);
    }
}
