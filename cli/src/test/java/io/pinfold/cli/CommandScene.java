package io.pinfold.cli;

import io.pinfold.client.PinfoldClient;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server for the commands of one test class, and a client that looks at what they do. */
@Timeout(60)
abstract class CommandScene {
    static PinfoldServer server;
    static PinfoldClient client;

    @TempDir
    Path dir;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = PinfoldServer.start(ServerConfig.standalone());
        client = PinfoldClient.connect(server.connectString());
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    /** {@return what a command of this server did} */
    static Invocation invoke(String command, String... args) {
        return Invocation.of(Stream.concat(Stream.of(command, "-s", server.connectString()), Stream.of(args))
                .toArray(String[]::new));
    }
}
