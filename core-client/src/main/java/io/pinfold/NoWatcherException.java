package io.pinfold;

import org.jspecify.annotations.Nullable;

/** There is no such watch on this connection. */
public final class NoWatcherException extends PinfoldException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param path the znode concerned, or {@code null}
     * @param message what happened, in a sentence
     */
    public NoWatcherException(@Nullable String path, String message) {
        super(ErrorCode.NO_WATCHER, path, message, null);
    }
}
