package io.pinfold.testing.rates;

import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** The main class of the server under measurement, in a process of its own. Stateless. */
final class RatedServer {
    private RatedServer() {}

    /**
     * Serves until the process ends.
     *
     * @param args the data directory; whether writes are forced to the disk
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        PinfoldServer server = PinfoldServer.start(ServerConfig.standalone()
                .withClientPort(0)
                .withMaxClientCnxns(0)
                .withMaxConnections(2000)
                .withTickTime(Duration.ofMillis(500))
                .withMinSessionTimeout(Duration.ofSeconds(1))
                .withMaxSessionTimeout(Duration.ofSeconds(60))
                .withDataDir(Path.of(args[0]))
                .withForceSync(Boolean.parseBoolean(args[1])));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        out.println("serves on 127.0.0.1:" + server.clientPort());
        Thread.currentThread().join();
    }
}
