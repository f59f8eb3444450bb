package io.pinfold.testing;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Our client on our own server. */
class ClientOnPinfoldTest extends ClientOutageContractTest {
    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path data) {
        server = OurServer.on(data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    TestServer server() {
        return server;
    }
}
