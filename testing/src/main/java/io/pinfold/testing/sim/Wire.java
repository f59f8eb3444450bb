package io.pinfold.testing.sim;

/** An actor's end of a connection. Confined to the world's thread. */
public interface Wire {
    /**
     * Sends bytes, which are copied; in order, until the connection breaks.
     *
     * @param bytes holds them from its beginning
     * @param length how many
     */
    void send(byte[] bytes, int length);

    /**
     * Stops or resumes taking what arrives.
     *
     * @param wanted whether to take it
     */
    void read(boolean wanted);

    /** Closes the connection; the listener hears nothing more. */
    void close();

    /** Leads nowhere. */
    Wire NONE = new Wire() {
        @Override
        public void send(byte[] bytes, int length) {}

        @Override
        public void read(boolean wanted) {}

        @Override
        public void close() {}
    };
}
