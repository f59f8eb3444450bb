package io.pinfold;

import org.jspecify.annotations.Nullable;

/** The deadline of the call passed before it could take effect: the call was not sent, or it was a read. */
public final class OperationTimeoutException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public OperationTimeoutException(@Nullable String path, String message) {
        super(ErrorCode.OPERATION_TIMEOUT, path, message, null);
    }
}
