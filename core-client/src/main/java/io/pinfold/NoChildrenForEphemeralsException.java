package io.pinfold;

import org.jspecify.annotations.Nullable;

/** Ephemeral znodes may not have children. */
public final class NoChildrenForEphemeralsException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public NoChildrenForEphemeralsException(@Nullable String path, String message) {
        super(ErrorCode.NO_CHILDREN_FOR_EPHEMERALS, path, message, null);
    }
}
