package io.pinfold.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports for servers that are to come back on the same port. They lie below the range from which systems take the
 * ports of outgoing connections, so nobody grabs one while its server is down. Stateless.
 */
final class FreePort {
    private static final int FIRST = 12_000;
    private static final int BEYOND = 32_000;

    private FreePort() {}

    static int pick() {
        for (int attempt = 0; attempt < 200; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, BEYOND);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException e) {
                // taken: try another
            }
        }
        throw new IllegalStateException("No free port between " + FIRST + " and " + BEYOND);
    }
}
