package io.pinfold;

import org.jspecify.annotations.Nullable;

/**
 * No server could be reached, and the call had no effect: it was never sent, or it was a read. Trying again is safe.
 * A write whose fate is not known fails with {@link OutcomeUnknownException} instead.
 */
public final class ConnectionLostException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public ConnectionLostException(@Nullable String path, String message) {
        super(ErrorCode.CONNECTION_LOSS, path, message, null);
    }
}
