package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The server answered with an error that has no exception of its own; {@link #code()} says which. */
public final class ServerException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param code the server's answer
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public ServerException(ErrorCode code, @Nullable String path, String message) {
        super(code, path, message, null);
    }
}
