package io.pinfold;

import org.jspecify.annotations.Nullable;

/** A path or an argument is not legal; nothing was sent, or the server refused it. */
public final class BadArgumentsException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public BadArgumentsException(@Nullable String path, String message) {
        super(ErrorCode.BAD_ARGUMENTS, path, message, null);
    }
}
