package io.pinfold.samples;

import io.pinfold.client.PinfoldClient;
import io.pinfold.server.Ensemble;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a sample plays: servers of its own inside this process, or some that run elsewhere. Breaks connections, sessions and
 * servers on request. Thread-safe.
 */
public final class Stage implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String servers;
    private final @Nullable Ensemble embedded;

    private Stage(String servers, @Nullable Ensemble embedded) {
        this.servers = servers;
        this.embedded = embedded;
    }

    /**
     * {@return a stage with a server of its own, which keeps everything in memory}
     *
     * @throws IOException if the server cannot start
     * @throws InterruptedException if the thread is interrupted
     */
    public static Stage embedded() throws IOException, InterruptedException {
        return embedded(1);
    }

    /**
     * {@return a stage with an ensemble of its own, which keeps everything in memory}
     *
     * @param members how many
     * @throws IOException if the ensemble cannot start
     * @throws InterruptedException if the thread is interrupted
     */
    public static Stage embedded(int members) throws IOException, InterruptedException {
        Ensemble ensemble = Ensemble.builder(members)
                .config(config -> config.withTickTime(TICK))
                .start();
        return new Stage(ensemble.connectString(), ensemble);
    }

    /**
     * {@return a stage on servers that run elsewhere, Pinfold or Apache ZooKeeper}
     *
     * @param connectString where they listen: {@code host:port,host:port/chroot}
     * @throws io.pinfold.ConnectionLostException if none of them answers in some seconds
     */
    public static Stage at(String connectString) {
        try (PinfoldClient probe = PinfoldClient.connect(connectString)) {
            probe.awaitConnected(PATIENCE);
        }
        return new Stage(connectString, null);
    }

    /** {@return what a client needs to connect} */
    public String servers() {
        return servers;
    }

    /** {@return the stage in a few words} */
    public String describe() {
        String where = embedded == null
                ? "servers at "
                : embedded.size() == 1 ? "embedded server on " : embedded.size() + " embedded members on ";
        return where + servers;
    }

    /** {@return the embedded ensemble, whose members can be killed; null when the servers are elsewhere} */
    @Nullable
    Ensemble ensemble() {
        return embedded;
    }

    /** {@return a path that nobody uses yet, also on servers that others use} */
    String path(String name) {
        return embedded == null ? "/" + name + "-" + UUID.randomUUID() : "/" + name;
    }

    /** Ends a client's session as if it had been silent for too long; elsewhere, where nobody can, the client closes. */
    void endSession(PinfoldClient client) {
        if (embedded == null) {
            client.close();
        } else {
            embedded.expireSession(client.session().id());
        }
    }

    /**
     * Ends a client's session as if it had been silent for too long.
     *
     * @return whether it was ended; nobody can end sessions of servers elsewhere
     */
    boolean tryEndSession(PinfoldClient client) {
        return embedded != null && embedded.expireSession(client.session().id());
    }

    /**
     * Cuts a client's connection.
     *
     * @return whether it was cut; nobody can cut connections of servers elsewhere
     */
    boolean cutConnection(PinfoldClient client) {
        return embedded != null && embedded.dropConnection(client.session().id());
    }

    /** Stops the server of this stage. */
    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }
}
