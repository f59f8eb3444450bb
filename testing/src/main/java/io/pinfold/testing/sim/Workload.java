package io.pinfold.testing.sim;

/** Programs that use the simulated ensemble. Confined to the world's thread. */
public interface Workload {
    /** They begin. */
    void start();

    /** They ask for nothing new any more, but keep their sessions. */
    void calm();

    /** Fails with an {@link AssertionError} if something is left undone, long after {@link #calm}. */
    void requireDone();

    /** Makes the programs of one world. */
    @FunctionalInterface
    interface Maker {
        /**
         * {@return programs that do nothing yet}
         *
         * @param stage the world
         */
        Workload in(Stage stage);
    }
}
