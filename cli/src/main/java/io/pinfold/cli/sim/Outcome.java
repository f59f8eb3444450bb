package io.pinfold.cli.sim;

import io.pinfold.OutcomeUnknownException;
import org.jspecify.annotations.Nullable;

/** What a program was told of something that it wanted to change. */
enum Outcome {
    DONE,
    /** It did not happen, and will not. */
    REFUSED,
    /** It may have happened. */
    UNKNOWN;

    static Outcome of(@Nullable Throwable failure) {
        if (failure == null) {
            return DONE;
        }
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return failure instanceof OutcomeUnknownException || cause instanceof OutcomeUnknownException
                ? UNKNOWN
                : REFUSED;
    }
}
