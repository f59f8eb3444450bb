package io.pinfold.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** The question "do you serve?" in the protocol's own words: a session opened and closed again. Stateless. */
final class Handshake {
    private static final int CLOSE_SESSION = -11;

    private Handshake() {}

    /** {@return whether a server on this port opens a session within the time} */
    static boolean succeeds(int port, Duration timeout) {
        try (RawConnection connection = RawConnection.open(port, timeout)) {
            connection.sendFrame(connectRequest());
            int sessionTimeout = ByteBuffer.wrap(connection.receive(timeout)).getInt(4);
            connection.sendFrame(
                    ByteBuffer.allocate(8).putInt(1).putInt(CLOSE_SESSION).array());
            connection.receive(timeout);
            return sessionTimeout > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] connectRequest() {
        int protocolVersion = 0;
        long lastZxidSeen = 0;
        int timeoutMillis = 10_000;
        long sessionId = 0;
        byte[] password = new byte[16];
        return ByteBuffer.allocate(45)
                .putInt(protocolVersion)
                .putLong(lastZxidSeen)
                .putInt(timeoutMillis)
                .putLong(sessionId)
                .putInt(password.length)
                .put(password)
                .put((byte) 0)
                .array();
    }
}
