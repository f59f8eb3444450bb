package io.pinfold.cli;

import io.pinfold.LeaseLostException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.PinfoldException;
import io.pinfold.samples.BrokenPromise;
import io.pinfold.server.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.LoggerFactory;

/**
 * How a command failed, for its caller. Immutable.
 *
 * @param exitCode 1 if it could not be done, 2 if it was called or configured wrongly, or one of the constants
 * @param sentence what to tell
 */
record Failure(int exitCode, String sentence) {
    /** No server could be reached, or none that has a quorum. */
    static final int NO_SERVER = 69;
    /** Something that nobody foresaw. */
    static final int INTERNAL = 70;
    /** A place was not to be had in time. */
    static final int NOT_IN_TIME = 73;
    /** A reply was lost: it may be done or not. */
    static final int OUTCOME_UNKNOWN = 74;
    /** A place was lost while it was needed. */
    static final int LOST = 75;
    /** The servers do not let this caller. */
    static final int NOT_AUTHORISED = 77;

    /** Translates what a command threw; what nobody foresaw goes to the log with its stack. */
    static Failure of(Exception e) {
        if (e instanceof ConfigException) {
            return new Failure(2, e.getMessage());
        }
        if (e instanceof UncheckedIOException wrapped) {
            return of(wrapped.getCause());
        }
        if (e instanceof PinfoldException answered) {
            return new Failure(exitCode(answered), e.getMessage());
        }
        if (e instanceof IOException || e instanceof BrokenPromise) {
            return new Failure(1, e.getMessage());
        }
        if (e instanceof InterruptedException) {
            return new Failure(130, "interrupted");
        }
        LoggerFactory.getLogger(Main.class).error("Unexpected failure", e);
        return new Failure(INTERNAL, e.toString());
    }

    private static int exitCode(PinfoldException e) {
        if (e instanceof LeaseLostException) {
            return LOST;
        }
        if (e instanceof OutcomeUnknownException) {
            return OUTCOME_UNKNOWN;
        }
        return switch (e.code()) {
            case CONNECTION_LOSS, OPERATION_TIMEOUT, SESSION_EXPIRED -> NO_SERVER;
            case NO_AUTH, AUTH_FAILED -> NOT_AUTHORISED;
            case BAD_ARGUMENTS -> 2;
            default -> 1;
        };
    }
}
