package io.pinfold.server.engine;

/** One client's socket as the engine sees it; implemented by the rim. Confined to the node loop. */
public interface ClientLink {
    /**
     * Sends bytes, in the order of the calls. The array belongs to the engine again when this returns.
     */
    void send(byte[] bytes, int length);

    /**
     * Closes the socket behind what was sent.
     *
     * @param orderly whether this is the usual end of a connection, and nothing that an operator should hear of
     */
    void close(String reason, boolean orderly);

    /** Stops or resumes reading from the socket: the engine's only way to slow a client down. */
    void read(boolean wanted);
}
