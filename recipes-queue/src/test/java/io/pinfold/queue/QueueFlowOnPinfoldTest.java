package io.pinfold.queue;

import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Batches, streams and pauses of a queue on our own server. */
class QueueFlowOnPinfoldTest extends QueueFlowContractTest {
    private static PinfoldServer server;

    @BeforeAll
    static void start() throws IOException {
        server = PinfoldServer.start(ServerConfig.standalone()
                .withClientPort(0)
                .withTickTime(TICK)
                .withMinSessionTimeout(SHORTEST_SESSION)
                .withMaxSessionTimeout(SESSION));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    int serverPort() {
        return server.clientPort();
    }
}
