package io.pinfold;

import org.jspecify.annotations.Nullable;

/**
 * A write was sent and its reply was lost, so it may have happened or not, or may still happen while the session lives.
 * The client does not repeat such a write by itself: read, and decide.
 */
public final class OutcomeUnknownException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public OutcomeUnknownException(@Nullable String path, String message) {
        super(ErrorCode.CONNECTION_LOSS, path, message, null);
    }
}
