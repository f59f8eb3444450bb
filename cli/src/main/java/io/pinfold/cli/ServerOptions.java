package io.pinfold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinfold.client.PinfoldClient;
import io.pinfold.server.ConfigException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which servers a command talks to, and how. Confined to the thread that runs the command. */
final class ServerOptions {
    /** Where the servers are, for commands and for what they start. */
    static final String SERVERS = "PINFOLD_SERVERS";

    private static final String AUTH = "PINFOLD_AUTH";

    @Option(
            names = {"-s", "--connect"},
            paramLabel = "HOST:PORT,...",
            defaultValue = "${env:PINFOLD_SERVERS:-127.0.0.1:2181}",
            description = "The servers, Pinfold or Apache ZooKeeper; default PINFOLD_SERVERS, or 127.0.0.1:2181.")
    private String servers = "";

    @Option(
            names = "--session-timeout",
            paramLabel = "TIME",
            converter = Span.class,
            defaultValue = "20s",
            description = "After so long a silence the server ends the session; default 20s.")
    private Duration sessionTimeout = Duration.ZERO;

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            converter = Span.class,
            defaultValue = "10s",
            description = "How long to look for a server at first; default 10s.")
    private Duration connectTimeout = Duration.ZERO;

    String servers() {
        return servers;
    }

    /** {@return a client that has a session, and the identity in {@code PINFOLD_AUTH} if there is one} */
    PinfoldClient connect(String name) {
        PinfoldClient client = PinfoldClient.builder(servers)
                .name(name)
                .sessionTimeout(sessionTimeout)
                .build();
        boolean usable = false;
        try {
            client.awaitConnected(connectTimeout);
            identify(client, System.getenv(AUTH));
            usable = true;
            return client;
        } finally {
            if (!usable) {
                client.close();
            }
        }
    }

    private static void identify(PinfoldClient client, @Nullable String identity) {
        if (identity == null || identity.isEmpty()) {
            return;
        }
        int colon = identity.indexOf(':');
        if (colon < 1) {
            throw new ConfigException(AUTH + " is not SCHEME:CREDENTIALS, such as digest:user:password");
        }
        client.addAuth(
                identity.substring(0, colon), identity.substring(colon + 1).getBytes(UTF_8));
    }
}
