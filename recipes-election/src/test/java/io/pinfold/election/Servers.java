package io.pinfold.election;

import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.testing.ApacheZooKeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The servers that recipes are tested on; each is started when it is first needed, once for all test classes. */
final class Servers implements AutoCloseable {
    /** A kind of server. */
    enum Kind {
        PINFOLD,
        APACHE_ZOOKEEPER
    }

    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration SHORTEST_SESSION = Duration.ofMillis(300);

    private record Running(int port, AutoCloseable server) {}

    private final Map<Kind, Running> running = new EnumMap<>(Kind.class);

    /** {@return the port of a running server} */
    int port(Kind kind) {
        return running.computeIfAbsent(kind, Servers::start).port();
    }

    @Override
    public void close() throws Exception {
        for (Running each : running.values()) {
            each.server().close();
        }
    }

    private static Running start(Kind kind) {
        if (kind == Kind.APACHE_ZOOKEEPER) {
            ApacheZooKeeper server = ApacheZooKeeper.builder()
                    .tickTime(TICK)
                    .setting("minSessionTimeout", Long.toString(SHORTEST_SESSION.toMillis()))
                    .start();
            return new Running(server.port(), server);
        }
        try {
            PinfoldServer server = PinfoldServer.start(ServerConfig.standalone()
                    .withClientPort(0)
                    .withMaxClientCnxns(0)
                    .withTickTime(TICK)
                    .withMinSessionTimeout(SHORTEST_SESSION)
                    .withMaxSessionTimeout(Duration.ofSeconds(60)));
            return new Running(server.clientPort(), server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hands the servers to tests that ask for them. */
    static final class Provider implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Servers.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(Servers.class, type -> new Servers(), Servers.class);
        }
    }
}
