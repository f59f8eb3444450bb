package io.pinfold.testing.kit;

/** Says, beside a failure, how to see it again. Immutable. */
public final class Replay extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Says it.
     *
     * @param how how
     */
    public Replay(String how) {
        super(how, null, false, false);
    }
}
