package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The client was closed, by this process, before the call could take effect. */
public final class ClientClosedException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public ClientClosedException(@Nullable String path, String message) {
        super(ErrorCode.SESSION_EXPIRED, path, message, null);
    }
}
