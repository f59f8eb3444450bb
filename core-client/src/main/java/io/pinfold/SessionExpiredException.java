package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The session is over: its ephemeral znodes are gone or will go, and this call had no effect. */
public final class SessionExpiredException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public SessionExpiredException(@Nullable String path, String message) {
        super(ErrorCode.SESSION_EXPIRED, path, message, null);
    }
}
