package io.pinfold.wire;

/**
 * Bytes that are not what the protocol says: the only exception that reading from the wire throws. Carries no stack
 * trace, because strangers decide how often it is made.
 */
public final class MalformedFrame extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message what is wrong with the bytes
     */
    public MalformedFrame(String message) {
        super(message, null, false, false);
    }
}
