package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The server refused the credentials. The client does not connect again. */
public final class AuthFailedException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public AuthFailedException(@Nullable String path, String message) {
        super(ErrorCode.AUTH_FAILED, path, message, null);
    }
}
