package io.pinfold.cli;

import io.pinfold.client.ClientBuilder;
import io.pinfold.client.PinfoldClient;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which servers a command talks to, and how. Confined to the thread that runs the command. */
final class ServerOptions {
    /** Where the servers are, for commands and for what they start. */
    static final String SERVERS = "PINFOLD_SERVERS";

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

    @Mixin
    private SecurityOptions security;

    /** {@return what commands that this one starts need to talk to the same servers as the same somebody} */
    Map<String, String> environment() {
        Map<String, String> environment = security.environment();
        environment.put(SERVERS, servers);
        return environment;
    }

    /** {@return a client that has a session and its identities} */
    PinfoldClient connect(String name) {
        ClientBuilder settings = PinfoldClient.builder(servers).name(name).sessionTimeout(sessionTimeout);
        security.prepare(settings);
        PinfoldClient client = settings.build();
        boolean usable = false;
        try {
            client.awaitConnected(connectTimeout);
            security.identify(client);
            usable = true;
            return client;
        } finally {
            if (!usable) {
                client.close();
            }
        }
    }
}
