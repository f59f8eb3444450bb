package io.pinfold.election;

import io.pinfold.framework.Lease;

/** The leadership of a candidate, for one term. A {@link Lease}, with words of its own. Thread-safe. */
public interface Leadership extends Lease {
    /** {@return the number of the term: larger than that of every earlier leader; the same as the fencing token} */
    default long term() {
        return fencingToken();
    }

    /** {@return who leads, as the candidate named itself} */
    String candidate();

    /** Gives the leadership up, so that the next candidate leads at once. Does not block; the same as closing. */
    default void resign() {
        close();
    }
}
