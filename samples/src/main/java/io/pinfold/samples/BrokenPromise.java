package io.pinfold.samples;

/** Something did not hold that must: a defect, or a server that does not do what ZooKeeper's protocol says. */
public final class BrokenPromise extends RuntimeException {
    private static final long serialVersionUID = 1;

    private BrokenPromise(String promise) {
        super("This did not hold: " + promise);
    }

    BrokenPromise(String promise, AssertionError cause) {
        super("This did not hold: " + promise, cause);
    }

    BrokenPromise(String promise, Exception cause) {
        super("This did not hold: " + promise + " (" + cause + ")", cause);
    }

    /**
     * Does nothing while all is well.
     *
     * @param holds whether the promise holds
     * @param promise the promise, as a sentence
     */
    static void unless(boolean holds, String promise) {
        if (!holds) {
            throw new BrokenPromise(promise);
        }
    }
}
