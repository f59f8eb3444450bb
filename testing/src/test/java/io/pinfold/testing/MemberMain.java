package io.pinfold.testing;

import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A member of an ensemble as a process of its own: {@code MemberMain CONFIG}. Announces itself when it serves. */
final class MemberMain {
    private MemberMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        PinfoldServer server = PinfoldServer.start(ServerConfig.load(Path.of(arguments[0])));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        if (!server.awaitServing(Duration.ofMinutes(1))) {
            throw new IllegalStateException("no quorum within a minute");
        }
        System.out.println("serving " + server.connectString());
        server.failure().join();
    }
}
