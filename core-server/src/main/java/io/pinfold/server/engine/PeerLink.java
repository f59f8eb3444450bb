package io.pinfold.server.engine;

/** One link to a peer as the engine sees it; implemented by the rim. Confined to the node loop. */
public interface PeerLink {
    /** Sends a frame behind the earlier ones. The array belongs to the engine again when this returns. */
    void send(byte[] bytes, int length);

    /** Closes the link, because the peer breaks the rules. */
    void close(String reason);
}
