package io.pinfold.testing;

import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.server.ServicePolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** Our server as a process with little memory, open to everybody: {@code SmallServerMain DATA_DIR PORT}. */
final class SmallServerMain {
    private SmallServerMain() {}

    public static void main(String[] arguments) throws IOException {
        ServerConfig config = ServerConfig.standalone()
                .withDataDir(Path.of(arguments[0]))
                .withClientPort(Integer.parseInt(arguments[1]))
                .withTickTime(Duration.ofMillis(500))
                .withMinSessionTimeout(Duration.ofSeconds(1))
                .withMaxSessionTimeout(Duration.ofSeconds(60))
                .withFourLetterWords(Set.of("mntr"))
                .withForceSync(false)
                .withMaxClientCnxns(0)
                .withPolicy(ServicePolicy.defaults().withQuotasEnforced(true).withExtendedTypes(true));
        PinfoldServer server = PinfoldServer.start(config);
        System.out.println("serving " + server.connectString());
        server.failure().join();
        Runtime.getRuntime().halt(3); // out of memory, perhaps: whoever watches sees it end
    }
}
