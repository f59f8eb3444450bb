package io.pinfold.testing.sim;

/** The power went in the middle of something; there is nobody left to handle it. */
final class PowerCut extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
