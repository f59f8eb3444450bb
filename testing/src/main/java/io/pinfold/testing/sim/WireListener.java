package io.pinfold.testing.sim;

/** Hears of one connection. Confined to the world's thread. */
public interface WireListener {
    /** The connection is open. */
    void opened();

    /**
     * Bytes arrived.
     *
     * @param bytes belong to the listener
     */
    void received(byte[] bytes);

    /**
     * The connection could not be opened, or is gone; nothing follows.
     *
     * @param reason why
     */
    void closed(String reason);
}
