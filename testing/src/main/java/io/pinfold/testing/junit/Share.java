package io.pinfold.testing.junit;

/** Which tests see the same ensemble. Immutable. */
public enum Share {
    /**
     * One for all tests of a class and of the classes nested in it. Between two tests its clients are closed, and what was
     * broken is mended; znodes stay.
     */
    PER_CLASS,
    /** A new one for each test. */
    PER_METHOD
}
