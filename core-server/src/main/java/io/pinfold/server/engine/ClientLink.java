package io.pinfold.server.engine;

import io.pinfold.AuthId;
import java.util.List;

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

    /** {@return who the client has proven to be before it said anything, as by a certificate} */
    default List<AuthId> proven() {
        return List.of();
    }

    /** {@return the port at the client's end, by which its process is found; 0 where there are no ports} */
    default int remotePort() {
        return 0;
    }

    /** {@return whether what is said is encrypted} */
    default boolean isSecure() {
        return false;
    }

    /** Takes a step of a login by SASL. */
    default SaslStep sasl(byte[] token) {
        return SaslStep.NONE;
    }

    /** Stops or resumes reading from the socket: the engine's only way to slow a client down. */
    void read(boolean wanted);
}
