package io.pinfold.testing.sim.oracle;

/** A promise was broken. Immutable. */
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String invariant;

    /**
     * Names a broken promise.
     *
     * @param invariant the name of the promise
     * @param what what was seen
     */
    public Violation(String invariant, String what) {
        super(invariant + ": " + what);
        this.invariant = invariant;
    }

    /** {@return the name of the promise} */
    public String invariant() {
        return invariant;
    }
}
