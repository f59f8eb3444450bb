package io.pinfold.testing;

import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.server.ServicePolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/** Our server within the JVM of the test. Not thread-safe. */
final class OurServer implements TestServer {
    private final ServerConfig config;
    private PinfoldServer server;

    private OurServer(ServerConfig config) {
        this.config = config;
        this.server = launch();
    }

    /** {@return a server with the limits of the released one that tests start} */
    static OurServer inMemory() {
        return new OurServer(limits());
    }

    /** {@return a server that finds its data again after a restart} */
    static OurServer on(Path dataDir) {
        return new OurServer(limits().withDataDir(dataDir));
    }

    /** As {@link #on(Path)}, with another policy. */
    static OurServer on(Path dataDir, ServicePolicy policy) {
        return new OurServer(limits().withDataDir(dataDir).withPolicy(policy));
    }

    static ServerConfig limits() {
        return ServerConfig.standalone()
                .withClientPort(FreePort.pick())
                .withTickTime(Duration.ofMillis(500))
                .withMinSessionTimeout(Duration.ofMillis(1000))
                .withMaxSessionTimeout(Duration.ofMillis(60_000))
                .withMaxClientCnxns(0)
                .withPolicy(ServicePolicy.defaults().withRemovalInterval(Duration.ofDays(1)));
    }

    PinfoldServer server() {
        return server;
    }

    @Override
    public int port() {
        return config.clientPort();
    }

    @Override
    public void restart() {
        server.close();
        server = launch();
    }

    @Override
    public String output() {
        return "(it ran within the test)";
    }

    @Override
    public void close() {
        server.close();
    }

    private PinfoldServer launch() {
        try {
            return PinfoldServer.start(config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
