package io.pinfold.client.net;

/** A connection to a server, perhaps still being opened. Confined to the loop. */
public interface Link {
    /** Sends bytes, which are copied. */
    void send(byte[] bytes, int length);

    /** Closes it; the listener hears nothing more. */
    void close();
}
