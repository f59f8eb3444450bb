package io.pinfold;

import org.jspecify.annotations.Nullable;

/** A quota of the server is used up; nothing was changed. */
public final class QuotaExceededException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public QuotaExceededException(@Nullable String path, String message) {
        super(ErrorCode.QUOTA_EXCEEDED, path, message, null);
    }
}
