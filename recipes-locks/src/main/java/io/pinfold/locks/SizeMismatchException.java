package io.pinfold.locks;

/** Processes disagree about the size of a semaphore: one of them is configured wrongly. Nothing was acquired. */
public final class SizeMismatchException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** What is stored. */
    private final int stored;
    /** What this process said. */
    private final int declared;

    SizeMismatchException(String path, int stored, int initial, int declared) {
        super("The semaphore " + path + " has " + stored + " permits"
                + (stored == initial ? "" : " (" + initial + " before it was resized)")
                + ", this process was told " + declared);
        this.stored = stored;
        this.declared = declared;
    }

    /** {@return how many permits the semaphore has} */
    public int stored() {
        return stored;
    }

    /** {@return how many permits this process thought it has} */
    public int declared() {
        return declared;
    }
}
