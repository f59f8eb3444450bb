package io.pinfold.testing;

import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Our server as a process of its own: {@code ServerMain DATA_DIR PORT}. */
final class ServerMain {
    private ServerMain() {}

    public static void main(String[] arguments) throws IOException {
        ServerConfig config = ServerConfig.standalone()
                .withDataDir(Path.of(arguments[0]))
                .withClientPort(Integer.parseInt(arguments[1]))
                .withTickTime(Duration.ofMillis(500))
                .withMinSessionTimeout(Duration.ofSeconds(1))
                .withMaxSessionTimeout(Duration.ofSeconds(60))
                .withSnapCount(5000)
                .withMaxClientCnxns(0);
        PinfoldServer server = PinfoldServer.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        System.out.println("serving " + server.connectString());
        server.failure().join();
    }
}
