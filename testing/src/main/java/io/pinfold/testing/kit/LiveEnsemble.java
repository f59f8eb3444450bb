package io.pinfold.testing.kit;

import io.pinfold.NoNodeException;
import io.pinfold.client.ClientBuilder;
import io.pinfold.client.PinfoldClient;
import io.pinfold.client.RetryPolicy;
import io.pinfold.server.Ensemble;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;

/**
 * An ensemble on real sockets of the loopback interface, in this process and in memory. Each client has a network of its
 * own, which can break. Starts in a fraction of a second. Thread-safe.
 *
 * <pre>{@code
 * try (LiveEnsemble ensemble = LiveEnsemble.start(3)) {
 *     PinfoldClient client = ensemble.client("a");
 *     client.create("/greeting", "hello".getBytes(StandardCharsets.UTF_8));
 *     ensemble.faults().killLeader();
 *     client.set("/greeting", "still here".getBytes(StandardCharsets.UTF_8));
 * }
 * }</pre>
 */
public final class LiveEnsemble implements TestEnsemble, AutoCloseable {
    private static final Duration SESSION = Duration.ofSeconds(4);
    private static final Duration READ_PATIENCE = Duration.ofSeconds(20);

    private final Ensemble ensemble;
    private final ConcurrentMap<String, LiveClient> clients = new ConcurrentHashMap<>();
    private final PinfoldClient reader;
    private final LiveFaults faults;

    private LiveEnsemble(Ensemble ensemble) {
        this.ensemble = ensemble;
        this.reader = PinfoldClient.builder(ensemble.connectString())
                .name("reader")
                .operationTimeout(READ_PATIENCE)
                .build();
        this.faults = new LiveFaults(ensemble, this::find, clients::values, reader);
    }

    /**
     * Starts an ensemble whose sessions may be as short as 300 milliseconds, and waits until every member serves. Blocks.
     *
     * @param members how many
     * @return the ensemble
     * @throws IOException if no ports could be had
     * @throws InterruptedException if the thread is interrupted meanwhile; nothing runs then
     */
    public static LiveEnsemble start(int members) throws IOException, InterruptedException {
        return start(members, config -> config);
    }

    /**
     * Starts an ensemble, and waits until every member serves. Blocks.
     *
     * @param members how many
     * @param settings changes the configuration of each member
     * @return the ensemble
     * @throws IOException if no ports could be had
     * @throws InterruptedException if the thread is interrupted meanwhile; nothing runs then
     */
    public static LiveEnsemble start(int members, UnaryOperator<ServerConfig> settings)
            throws IOException, InterruptedException {
        return new LiveEnsemble(Ensemble.builder(members)
                .config(config -> settings.apply(quick(config)))
                .start());
    }

    /** Sessions that end soon, as tests want them. */
    private static ServerConfig quick(ServerConfig config) {
        return config.withMaxClientCnxns(0)
                .withTickTime(Duration.ofMillis(100))
                .withMinSessionTimeout(Duration.ofMillis(300))
                .withMaxSessionTimeout(Duration.ofSeconds(60));
    }

    /** {@return the servers themselves} */
    public Ensemble servers() {
        return ensemble;
    }

    /** {@return the addresses of all members, for clients that no fault of a client shall hit} */
    public String connectString() {
        return ensemble.connectString();
    }

    @Override
    public int size() {
        return ensemble.size();
    }

    @Override
    public PinfoldClient client(String name, UnaryOperator<ClientBuilder> settings) {
        return clients.computeIfAbsent(
                        name,
                        unknown -> LiveClient.of(
                                ensemble,
                                address -> settings.apply(PinfoldClient.builder(address)
                                                .name(name)
                                                .sessionTimeout(SESSION)
                                                .retry(RetryPolicy.exponential(
                                                        Duration.ofMillis(5), Duration.ofMillis(200))))
                                        .build()))
                .client();
    }

    private LiveClient find(PinfoldClient client) {
        return clients.values().stream()
                .filter(known -> known.client() == client)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("This ensemble did not make that client"));
    }

    @Override
    public Faults faults() {
        return faults;
    }

    /**
     * {@inheritDoc} Waits until the ensemble serves, and sees everything that was acknowledged before.
     *
     * @throws io.pinfold.ConnectionLostException if it does not within 20 seconds
     */
    @Override
    public Optional<byte[]> read(String path) {
        try {
            reader.sync(path);
            return Optional.ofNullable(reader.get(path).data());
        } catch (NoNodeException e) {
            return Optional.empty();
        }
    }

    /** Closes the clients that were made, also those that others closed before; the next ones of their names are new. Blocks. */
    public void closeClients() {
        for (String name : clients.keySet()) {
            LiveClient leaving = clients.remove(name);
            if (leaving != null) {
                leaving.close();
            }
        }
    }

    /** Closes all clients, and kills all members. Blocks until they are gone. */
    @Override
    public void close() {
        try {
            faults.restoreClients();
            closeClients();
            reader.close();
        } finally {
            ensemble.close();
        }
    }
}
