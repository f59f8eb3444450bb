package io.pinfold.testing.rates;

/**
 * What a row measures, as one library does it on one server; open, so with its clients connected. Used by one thread.
 *
 * @param <E> what may go wrong
 */
@FunctionalInterface
public interface Trial<E extends Exception> extends AutoCloseable {
    /**
     * Does it, some times.
     *
     * @param round told how long each time took
     * @throws E if it cannot be done
     */
    void run(Round round) throws E;

    /** Lets go of the clients. */
    @Override
    default void close() {}

    /**
     * Opens a trial.
     *
     * @param <E> what may go wrong
     */
    @FunctionalInterface
    interface Opening<E extends Exception> {
        /**
         * {@return a trial on a server}
         *
         * @param servers where the server is
         * @param path a path that nobody used before
         * @throws E if it cannot be opened
         */
        Trial<E> on(String servers, String path) throws E;
    }
}
