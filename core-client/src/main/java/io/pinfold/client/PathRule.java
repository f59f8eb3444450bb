package io.pinfold.client;

import io.pinfold.Op;
import org.jspecify.annotations.Nullable;

/**
 * Says what may be changed where. An opt-in for tests and for teams that share an ensemble: a mistake of this process shows
 * where it is made. No protection against others: that is what access control lists are for.
 */
@FunctionalInterface
public interface PathRule {
    /** Everything is allowed. */
    PathRule ANYTHING = change -> null;

    /**
     * Looks at one change before it is sent. A pure function; called in the thread that asks for the change. Not asked about
     * missing parents that are created on the way. If it throws, the call fails as if it had objected.
     *
     * @param change what is asked for, with the caller's path: without what is added to make a name unique
     * @return why this must not be, as the end of a sentence that begins with the path, or {@code null} if it may: the call then
     *     fails with {@link io.pinfold.BadArgumentsException} and nothing is changed
     */
    @Nullable
    String objection(Op change);
}
