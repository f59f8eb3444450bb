package io.pinfold.config;

import io.pinfold.server.Ensemble;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.testing.ApacheZooKeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The servers that recipes are tested on; each is started when it is first needed, once for all test classes. */
final class Servers implements AutoCloseable {
    /** A kind of server. */
    enum Kind {
        PINFOLD,
        /** Three members, through one that may lead or not. */
        ENSEMBLE,
        APACHE_ZOOKEEPER
    }

    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private record Running(int port, AutoCloseable server, LongPredicate expire) {}

    private final Map<Kind, Running> running = new EnumMap<>(Kind.class);

    /** {@return the port of a running server} */
    int port(Kind kind) {
        return running.computeIfAbsent(kind, Servers::start).port();
    }

    /** {@return whether the server could be told to end a session} */
    boolean expire(Kind kind, long session) {
        return running.get(kind).expire().test(session);
    }

    @Override
    public void close() throws Exception {
        for (Running each : running.values()) {
            each.server().close();
        }
    }

    private static Running start(Kind kind) {
        if (kind == Kind.APACHE_ZOOKEEPER) {
            ApacheZooKeeper server = ApacheZooKeeper.start();
            return new Running(server.port(), server, session -> false);
        }
        try {
            if (kind == Kind.ENSEMBLE) {
                Ensemble ensemble = Ensemble.builder(3)
                        .config(config -> config.withTickTime(TICK).withMinSessionTimeout(SHORTEST))
                        .start();
                return new Running(ensemble.server(2).clientPort(), ensemble, ensemble::expireSession);
            }
            PinfoldServer server = PinfoldServer.start(ServerConfig.standalone()
                    .withClientPort(0)
                    .withMaxClientCnxns(0)
                    .withTickTime(TICK)
                    .withMinSessionTimeout(SHORTEST));
            return new Running(server.clientPort(), server, server::expireSession);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Interrupted while servers start", e);
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
