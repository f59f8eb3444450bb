package io.pinfold.testing.scene;

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

/**
 * The servers that recipes are tested on; each is started when it is first needed, once for all test classes. Confined to the
 * thread that runs the tests.
 */
public final class Servers implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration SHORTEST_SESSION = Duration.ofMillis(300);
    private static final Duration LONGEST_SESSION = Duration.ofSeconds(60);

    /** A kind of server. */
    public enum Kind {
        /** Ours. */
        PINFOLD,
        /** Three members of ours, through one that may lead or not. */
        ENSEMBLE,
        /** A released one. */
        APACHE_ZOOKEEPER
    }

    private record Running(int port, Runnable stop, LongPredicate expire) {}

    private final Map<Kind, Running> running = new EnumMap<>(Kind.class);

    private Servers() {}

    /**
     * {@return the port of a running server}
     *
     * @param kind of which kind
     */
    public int port(Kind kind) {
        return running(kind).port();
    }

    /**
     * {@return whether the server could be told to end a session}
     *
     * @param kind which server
     * @param session the session
     */
    public boolean expire(Kind kind, long session) {
        return running(kind).expire().test(session);
    }

    private Running running(Kind kind) {
        return running.computeIfAbsent(kind, Servers::start);
    }

    @Override
    public void close() {
        running.values().forEach(each -> each.stop().run());
    }

    private static Running start(Kind kind) {
        if (kind == Kind.APACHE_ZOOKEEPER) {
            ApacheZooKeeper server = ApacheZooKeeper.builder()
                    .tickTime(TICK)
                    .setting("minSessionTimeout", Long.toString(SHORTEST_SESSION.toMillis()))
                    .setting("maxSessionTimeout", Long.toString(LONGEST_SESSION.toMillis()))
                    .start();
            return new Running(server.port(), server::close, session -> false);
        }
        try {
            if (kind == Kind.ENSEMBLE) {
                Ensemble members = Ensemble.builder(3).config(Servers::quick).start();
                return new Running(members.server(2).clientPort(), members::close, members::expireSession);
            }
            PinfoldServer server =
                    PinfoldServer.start(quick(ServerConfig.standalone().withClientPort(0)));
            return new Running(server.clientPort(), server::close, server::expireSession);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Interrupted while servers start", e);
        }
    }

    private static ServerConfig quick(ServerConfig config) {
        return config.withMaxClientCnxns(0)
                .withTickTime(TICK)
                .withMinSessionTimeout(SHORTEST_SESSION)
                .withMaxSessionTimeout(LONGEST_SESSION);
    }

    /** Hands the servers to tests that ask for them. */
    public static final class Provider implements ParameterResolver {
        /** Makes one; for JUnit. */
        public Provider() {}

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
