package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The znode has another version than the expected one. */
public final class BadVersionException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public BadVersionException(@Nullable String path, String message) {
        super(ErrorCode.BAD_VERSION, path, message, null);
    }
}
