package io.pinfold.client.net;

/** Hears of one connection. Called on the loop. */
public interface LinkListener {
    /** The connection is open. */
    void connected();

    /** Bytes arrived; the array belongs to the caller again when this returns. */
    void received(byte[] bytes, int offset, int length);

    /** All that arrived in this turn of the loop was handed over: what was gathered may be sent. */
    void turnEnded();

    /** The connection could not be opened, or is closed; nothing follows. */
    void disconnected(String reason);
}
