package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The lease that guards this call was lost: another process may hold the place by now. Nothing was changed by this call. */
public final class LeaseLostException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public LeaseLostException(@Nullable String path, String message) {
        super(ErrorCode.SESSION_EXPIRED, path, message, null);
    }
}
