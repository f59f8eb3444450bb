package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The identities of this connection may not do this. */
public final class NoAuthException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public NoAuthException(@Nullable String path, String message) {
        super(ErrorCode.NO_AUTH, path, message, null);
    }
}
