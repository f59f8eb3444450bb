package io.pinfold.queue;

import io.pinfold.server.Ensemble;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Curator's layouts on three members of our own. */
class CuratorQueueOnPinfoldInteropTest extends CuratorQueueContractTest {
    private static Ensemble members;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        members = Ensemble.builder(3)
                .config(config -> config.withTickTime(TICK)
                        .withMinSessionTimeout(SHORTEST_SESSION)
                        .withMaxSessionTimeout(SESSION))
                .start();
    }

    @AfterAll
    static void stop() {
        members.close();
    }

    @Override
    int serverPort() {
        return members.server(2).clientPort();
    }
}
