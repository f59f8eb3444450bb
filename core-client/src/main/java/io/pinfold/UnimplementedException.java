package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The server does not know this operation or has it turned off. */
public final class UnimplementedException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public UnimplementedException(@Nullable String path, String message) {
        super(ErrorCode.UNIMPLEMENTED, path, message, null);
    }
}
