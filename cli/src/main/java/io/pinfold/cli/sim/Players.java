package io.pinfold.cli.sim;

/** The programs of one family in one world, and who judges them. Confined to the world's thread. */
interface Players {
    /** {@return its programs} */
    Cast cast();

    /** They begin. */
    default void start() {
        cast().start();
    }

    /** They begin nothing new any more, finish what they began, and keep their sessions. */
    default void calm() {
        cast().calm();
    }

    /** Fails with an {@link AssertionError} if something is left undone, or left behind, long after {@link #calm}. */
    void requireDone();

    /** {@return how often what the family is about succeeded, so that a test can tell whether anything was tried} */
    long feats();

    /** Makes the programs of one world. */
    @FunctionalInterface
    interface Maker {
        /**
         * {@return programs that do nothing yet}
         *
         * @param setting where they are to live
         */
        Players in(Setting setting);
    }
}
