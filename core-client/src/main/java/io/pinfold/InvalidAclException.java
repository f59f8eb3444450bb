package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The access control list is empty or names an unknown scheme or an illegal identity. */
public final class InvalidAclException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public InvalidAclException(@Nullable String path, String message) {
        super(ErrorCode.INVALID_ACL, path, message, null);
    }
}
