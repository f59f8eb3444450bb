package io.pinfold.server;

import io.pinfold.server.admin.FourLetterWords;
import io.pinfold.server.admin.MemberFacts;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.engine.Engine;
import io.pinfold.server.engine.EngineStart;
import io.pinfold.server.engine.Status;
import io.pinfold.server.recovery.Recovery;
import io.pinfold.server.storage.Disk;
import io.pinfold.server.storage.FileDisk;
import io.pinfold.server.storage.Storage;
import io.pinfold.server.storage.VolatileDisk;
import io.pinfold.server.transport.AuditLog;
import io.pinfold.server.transport.ClientPort;
import io.pinfold.server.transport.DiskThread;
import io.pinfold.server.transport.NodeLoop;
import io.pinfold.server.transport.PeerPort;
import io.pinfold.server.transport.SnapshotThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server. Thread-safe.
 *
 * <p>Every write that was answered is in the log and survives a crash of the process or of the machine, unless
 * {@link ServerConfig#forceSync()} is off or the server lives in memory.
 */
public final class PinfoldServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PinfoldServer.class);

    private static final Duration HAND_OVER_PATIENCE = Duration.ofSeconds(2);

    private final NodeLoop node;
    private final ClientPort port;
    private final ListeningAt address;
    private final OperatorPorts operators;
    private final DiskThread disk;
    private final SnapshotThread snapshots;
    private final Storage storage;
    private final @Nullable PeerPort peers;
    private final StatusLog status;
    private final CompletableFuture<String> failure = new CompletableFuture<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

    private PinfoldServer(
            NodeLoop node,
            ClientPort port,
            ListeningAt address,
            OperatorPorts operators,
            DiskThread disk,
            SnapshotThread snapshots,
            Storage storage,
            @Nullable PeerPort peers,
            StatusLog status) {
        this.node = node;
        this.port = port;
        this.address = address;
        this.operators = operators;
        this.disk = disk;
        this.snapshots = snapshots;
        this.storage = storage;
        this.peers = peers;
        this.status = status;
    }

    /**
     * Starts a server: recovers what its data directory holds, then listens to clients and, as member of an ensemble, to its
     * peers. Blocks until it does. A member of an ensemble serves clients as soon as a majority of the members is up, or, the
     * very first time, all of them; {@link #awaitServing} waits for that.
     *
     * @param config how to run; without a data directory the server lives in memory: a member of an ensemble that starts
     *     again is then a new member in place of the lost one
     * @return the running server
     * @throws ConfigException if the data directory holds data of Apache ZooKeeper, this member is not among the
     *     configured ones, or {@link #check} refuses the configuration
     * @throws IOException if the port is in use, the data directory is held by another process or damaged, or the disk
     *     fails; the message is one sentence for an operator
     */
    public static PinfoldServer start(ServerConfig config) throws IOException {
        check(config);
        Path dir = config.dataDir();
        if (dir == null) {
            return start(config, new VolatileDisk("memory"));
        }
        ForeignData.refuse(dir);
        return start(config, new FileDisk(dir));
    }

    /**
     * Refuses what {@link #start} would refuse before it opens anything, and changes nothing. Blocks: it reads keys and
     * certificates.
     *
     * @param config how a server is to run
     * @throws ConfigException if it would be heard beyond the loopback interface without TLS and nobody allowed that, or the files
     *     of its TLS cannot be used; the message is one sentence for an operator
     */
    public static void check(ServerConfig config) {
        RoomOptions.checkSecurity(config);
        try {
            ListeningAt.checkFiles(config.security());
        } catch (IOException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    /** As {@link #start(ServerConfig)}, on a disk that may be one of a test's. */
    static PinfoldServer start(ServerConfig config, Disk disk) throws IOException {
        Storage storage = Storage.open(
                disk, RoomOptions.storage(config).force(config.forceSync() && !(disk instanceof VolatileDisk)));
        try {
            Membership configured = RoomOptions.membership(config);
            EngineStart start = Recovery.recover(
                    storage,
                    configured,
                    RoomOptions.replica(config, storage.identity().incarnation(), shares(config)));
            LOG.info(
                    "recovered dir={} zxid=0x{} snapshot=0x{} znodes={}",
                    disk.location(),
                    Long.toHexString(storage.lastZxid()),
                    Long.toHexString(start.tree().lastZxid()),
                    start.tree().nodeCount());
            return start(config, configured, start, storage);
        } catch (IOException | RuntimeException e) {
            storage.close();
            throw e;
        }
    }

    private static PinfoldServer start(ServerConfig config, Membership configured, EngineStart start, Storage storage)
            throws IOException {
        String member = Integer.toString(config.memberId());
        DiskThread disk = new DiskThread(member, storage);
        SnapshotThread snapshots = new SnapshotThread(member, storage);
        CompletableFuture<String> broken = new CompletableFuture<>();
        NodeLoop node = new NodeLoop(member, disk, snapshots, (reason, cause) -> {
            LOG.error("member-stopped member={} reason={}", member, reason, cause);
            broken.complete(reason + ": " + (cause instanceof IOException ? cause.getMessage() : cause.toString()));
        });
        MemoryShares shares = shares(config);
        MemberFacts facts = RoomOptions.facts(config, node.nowNanos());
        ClientPort port = new ClientPort(
                node,
                RoomOptions.clients(config, shares),
                new FourLetterWords(facts)::answer,
                config.security().logins());
        StatusLog status = new StatusLog(member);
        AuditLog audit = new AuditLog(config.audit().kinds());
        PeerPort peers = null;
        try {
            if (!config.members().isEmpty()) {
                InetSocketAddress at = RoomOptions.peerAddress(config, configured);
                peers = new PeerPort(node, config.memberId(), configured, at, ListeningAt.peers(config.security()));
            }
            node.audit(audit);
            node.tell(peers == null ? membership -> {} : peers::changed, status);
            node.start(new Engine(
                    RoomOptions.engine(config, storage.metadata().sessionKey(), shares),
                    node,
                    start,
                    node.nowNanos(),
                    System.currentTimeMillis()));
            ListeningAt address = ListeningAt.open(port, config);
            OperatorPorts operators = OperatorPorts.open(config, facts, node);
            PinfoldServer server =
                    new PinfoldServer(node, port, address, operators, disk, snapshots, storage, peers, status);
            broken.thenAccept(server::stopBecause);
            if (peers != null) {
                peers.start();
            }
            LOG.info(
                    "listening member={} address={} tls={}",
                    member,
                    ListeningAt.text(address.plain()),
                    ListeningAt.text(address.secure()));
            if (config.clientsKeptLocal()) {
                LOG.warn(
                        "clients-kept-local member={} address={} reason=the configuration names no address for clients and has no"
                                + " TLS, so those of other machines are not served: set secureClientPort, or say"
                                + " pinfold.allowPlaintext=clients if the network is safe",
                        member,
                        ListeningAt.text(address.plain()));
            }
            audit.server(config.memberId(), "serverStart");
            return server;
        } catch (IOException e) {
            if (peers != null) {
                peers.close();
            }
            stop(node, disk, snapshots);
            throw e;
        }
    }

    /** {@return the port on which clients are served, without TLS if there is such a port} */
    public int clientPort() {
        return address.main().getPort();
    }

    /** {@return the port on which clients are served with TLS; −1 if there is none} */
    public int secureClientPort() {
        return address.securePort();
    }

    /** {@return the address as clients want it: host, colon, port} */
    public String connectString() {
        return address.connectString();
    }

    /** {@return the address where operators are served over HTTP; null if the configuration has none} */
    public @Nullable InetSocketAddress adminAddress() {
        return operators.adminAddress();
    }

    /** {@return the address where metrics are served, besides the port for operators; null if the configuration has none} */
    public @Nullable InetSocketAddress metricsAddress() {
        return operators.metricsAddress();
    }

    /** {@return the number of this member} */
    public int memberId() {
        return status.memberId();
    }

    /** {@return whether this member leads its ensemble, as far as it knows; a server of its own does, once it serves} */
    public boolean isLeader() {
        return status.isLeading();
    }

    /** {@return whether requests of clients are carried out at the moment; without a majority of members they are not} */
    public boolean isServing() {
        return status.isServing();
    }

    /**
     * Waits until requests of clients are carried out. Blocks.
     *
     * @param patience how long to wait
     * @return whether they are; {@code false} if the time ran out, or the server was closed
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public boolean awaitServing(Duration patience) throws InterruptedException {
        return status.await(Status::serving, patience);
    }

    /**
     * {@return a future that completes with one sentence if the server had to stop by itself, because its disk failed or
     * an invariant broke; it is closed then. It never completes otherwise}
     */
    public CompletableFuture<String> failure() {
        return failure.copy();
    }

    /**
     * Ends a session as if its client had been silent for too long; for tests. Blocks until the end is on its way to the
     * log.
     *
     * @param sessionId the session
     * @return whether there was such a session
     */
    public boolean expireSession(long sessionId) {
        return node.call(engine -> engine.expireSession(sessionId));
    }

    /**
     * Closes the connection of a session, which lives on; for tests. Blocks until the connection is being closed.
     *
     * @param sessionId the session
     * @return whether it was connected
     */
    public boolean dropConnection(long sessionId) {
        return node.call(engine -> engine.dropConnection(sessionId));
    }

    /** Waits until clients are served and this member has its vote. */
    boolean awaitVoting(Duration patience) throws InterruptedException {
        return status.await(now -> now.serving() && now.voting(), patience);
    }

    /** {@return the highest epoch that this member knows} */
    long epoch() {
        return status.epoch();
    }

    void awaitChange(Duration patience) throws InterruptedException {
        status.awaitChange(patience);
    }

    /** Dies as a process does that is killed: nothing is said or stored any more. */
    void kill() {
        if (!closing.compareAndSet(false, true)) {
            closed.join();
            return;
        }
        operators.close();
        node.die(() -> {
            port.reset();
            if (peers != null) {
                peers.reset();
            }
        });
        disk.abandon();
        snapshots.close();
        node.stop();
        try {
            storage.abandon();
        } catch (IOException e) {
            LOG.warn("close-incomplete reason={}", e.getMessage());
        }
        status.closed();
        closed.complete(true);
    }

    /** Stands still as a process does that is stopped by a signal, until the future completes. */
    void pause(CompletableFuture<Boolean> until) {
        node.pause(until);
    }

    /** Cuts this member off from its peers, or ends that. Clients reach it all the time. */
    void isolate(boolean cut) {
        PeerPort port = peers;
        if (port != null) {
            node.call(engine -> {
                port.isolate(cut);
                return true;
            });
        }
    }

    /**
     * Stops: the leadership is handed over, no more requests are taken, what was taken is made durable, sockets and files are
     * closed. Sessions are not ended: clients may attach to them again when the server is back. Blocks until everything is closed, also if
     * somebody else is closing it.
     */
    @Override
    public void close() {
        close(true);
    }

    private void close(boolean able) {
        if (!closing.compareAndSet(false, true)) {
            closed.join();
            return;
        }
        try {
            closeAll(able);
        } finally {
            closed.complete(true);
        }
    }

    private void closeAll(boolean able) {
        if (able && status.isLeading() && node.call(Engine::transferLeadership)) {
            status.awaitFollowing(HAND_OVER_PATIENCE);
        }
        status.closed();
        operators.close();
        port.close();
        if (peers != null) {
            peers.close();
        }
        stop(node, disk, snapshots);
        try {
            storage.close();
        } catch (IOException e) {
            LOG.warn("close-incomplete reason={}", e.getMessage());
        }
        node.auditLog().server(memberId(), "serverStop");
        LOG.info("stopped member={} address={}", memberId(), connectString());
    }

    private static MemoryShares shares(ServerConfig config) {
        return MemoryShares.of(Runtime.getRuntime().maxMemory(), config.connectionMemory());
    }

    private static void stop(NodeLoop node, DiskThread disk, SnapshotThread snapshots) {
        disk.close();
        snapshots.close();
        node.stop();
    }

    /** After a failure nobody may get an answer any more. Called on the node loop, which must not wait for its own end. */
    private void stopBecause(String sentence) {
        CompletableFuture.runAsync(() -> close(false), task -> new Thread(task, "pinfold-stop").start())
                .whenComplete((done, problem) -> failure.complete(sentence));
    }
}
