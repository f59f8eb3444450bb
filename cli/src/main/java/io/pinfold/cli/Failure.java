package io.pinfold.cli;

import io.pinfold.PinfoldException;
import io.pinfold.samples.BrokenPromise;
import io.pinfold.server.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.LoggerFactory;

/**
 * How a command failed, for its caller. Immutable.
 *
 * @param exitCode 1 if it could not be done, 2 if it was called or configured wrongly
 * @param sentence what to tell
 */
record Failure(int exitCode, String sentence) {
    /** Translates what a command threw; what nobody foresaw goes to the log with its stack. */
    static Failure of(Exception e) {
        if (e instanceof ConfigException) {
            return new Failure(2, e.getMessage());
        }
        if (e instanceof UncheckedIOException wrapped) {
            return of(wrapped.getCause());
        }
        if (e instanceof IOException || e instanceof BrokenPromise || e instanceof PinfoldException) {
            return new Failure(1, e.getMessage());
        }
        if (e instanceof InterruptedException) {
            return new Failure(130, "interrupted");
        }
        LoggerFactory.getLogger(Main.class).error("Unexpected failure", e);
        return new Failure(1, e.toString());
    }
}
