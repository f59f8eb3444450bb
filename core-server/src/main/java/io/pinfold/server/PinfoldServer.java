package io.pinfold.server;

import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.ReplicaOptions;
import io.pinfold.server.engine.Engine;
import io.pinfold.server.engine.EngineOptions;
import io.pinfold.server.engine.EngineStart;
import io.pinfold.server.recovery.Recovery;
import io.pinfold.server.storage.Disk;
import io.pinfold.server.storage.FileDisk;
import io.pinfold.server.storage.Storage;
import io.pinfold.server.storage.StorageOptions;
import io.pinfold.server.storage.VolatileDisk;
import io.pinfold.server.transport.ClientPort;
import io.pinfold.server.transport.DiskThread;
import io.pinfold.server.transport.NodeLoop;
import io.pinfold.server.transport.SnapshotThread;
import io.pinfold.server.tree.Preparer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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
    /** Bytes of requests and transactions that may wait for the disk. */
    private static final long MAX_OUTSTANDING_BYTES = 64L << 20;
    /** Replies and events that one client may leave unread. */
    private static final long MAX_QUEUED_BYTES = 64L << 20;

    private static final int SEGMENT_BYTES = 64 << 20;
    private static final int MEMORY_SEGMENT_BYTES = 1 << 20;
    private static final int MAX_WATCHES = 10_000_000;

    private final NodeLoop node;
    private final ClientPort port;
    private final InetSocketAddress address;
    private final DiskThread disk;
    private final SnapshotThread snapshots;
    private final Storage storage;
    private final CompletableFuture<String> failure = new CompletableFuture<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

    private PinfoldServer(
            NodeLoop node,
            ClientPort port,
            InetSocketAddress address,
            DiskThread disk,
            SnapshotThread snapshots,
            Storage storage) {
        this.node = node;
        this.port = port;
        this.address = address;
        this.disk = disk;
        this.snapshots = snapshots;
        this.storage = storage;
    }

    /**
     * Starts a server: recovers what its data directory holds, then serves clients. Blocks until it does.
     *
     * @param config how to run; without a data directory the server lives in memory
     * @return the running server
     * @throws ConfigException if the data directory holds data of Apache ZooKeeper
     * @throws IOException if the port is in use, the data directory is held by another process or damaged, or the disk
     *     fails; the message is one sentence for an operator
     */
    public static PinfoldServer start(ServerConfig config) throws IOException {
        Path dir = config.dataDir();
        if (dir == null) {
            return start(config, new VolatileDisk("memory"));
        }
        ForeignData.refuse(dir);
        return start(config, new FileDisk(dir));
    }

    /** As {@link #start(ServerConfig)}, on a disk that may be one of a test's. */
    static PinfoldServer start(ServerConfig config, Disk disk) throws IOException {
        Storage storage = Storage.open(
                disk,
                StorageOptions.defaults()
                        .memberId(config.memberId())
                        .snapshotsKept(config.dataDir() == null ? 1 : config.snapshotsRetained())
                        .segmentBytes(config.dataDir() == null ? MEMORY_SEGMENT_BYTES : SEGMENT_BYTES)
                        .force(config.forceSync() && !(disk instanceof VolatileDisk)));
        try {
            EngineStart start = Recovery.recover(storage, alone(config), replicaOptions(config, storage));
            LOG.info(
                    "recovered dir={} zxid=0x{} snapshot=0x{} znodes={}",
                    disk.location(),
                    Long.toHexString(storage.lastZxid()),
                    Long.toHexString(start.tree().lastZxid()),
                    start.tree().nodeCount());
            return start(config, start, storage);
        } catch (IOException | RuntimeException e) {
            storage.close();
            throw e;
        }
    }

    private static Membership alone(ServerConfig config) {
        return Membership.of(List.of(new Member(config.memberId(), 0, false, "", 0, 0, "")));
    }

    private static ReplicaOptions replicaOptions(ServerConfig config, Storage storage) {
        return ReplicaOptions.defaults(
                config.memberId(), storage.identity().incarnation(), new SecureRandom()::nextLong);
    }

    private static PinfoldServer start(ServerConfig config, EngineStart start, Storage storage) throws IOException {
        String member = Integer.toString(config.memberId());
        DiskThread disk = new DiskThread(member, storage);
        SnapshotThread snapshots = new SnapshotThread(member, storage);
        CompletableFuture<String> broken = new CompletableFuture<>();
        NodeLoop node = new NodeLoop(member, disk, snapshots, (reason, cause) -> {
            LOG.error("member-stopped member={} reason={}", member, reason, cause);
            broken.complete(reason + ": " + (cause instanceof IOException ? cause.getMessage() : cause.toString()));
        });
        ClientPort port = new ClientPort(
                node,
                new ClientPort.Limits(
                        config.maxClientCnxns(),
                        config.maxConnections(),
                        config.maxFrameBytes(),
                        Math.max(MAX_QUEUED_BYTES, 2L * config.maxFrameBytes())));
        node.start(new Engine(
                options(config, storage.metadata().sessionKey()),
                node,
                start,
                node.nowNanos(),
                System.currentTimeMillis()));
        try {
            InetSocketAddress address = port.open(new InetSocketAddress(config.clientAddress(), config.clientPort()));
            PinfoldServer server = new PinfoldServer(node, port, address, disk, snapshots, storage);
            broken.thenAccept(server::stopBecause);
            LOG.info("serving member={} address={}:{}", member, address.getHostString(), address.getPort());
            return server;
        } catch (IOException e) {
            stop(node, disk, snapshots);
            throw e;
        }
    }

    private static EngineOptions options(ServerConfig config, byte[] sessionKey) {
        return new EngineOptions(
                config.memberId(),
                sessionKey,
                (int) config.tickTime().toMillis(),
                (int) config.minSessionTimeout().toMillis(),
                (int) config.maxSessionTimeout().toMillis(),
                config.maxOutstanding(),
                config.maxOutstandingPerConnection(),
                MAX_OUTSTANDING_BYTES,
                maxTxnBytes(config.maxFrameBytes()),
                MAX_WATCHES,
                config.snapCount());
    }

    /** {@return the longest transaction, which must be well above the longest request} */
    static int maxTxnBytes(int maxFrameBytes) {
        return Math.max(Preparer.DEFAULT_MAX_TXN_BYTES, 2 * maxFrameBytes);
    }

    /** {@return the port on which clients are served} */
    public int clientPort() {
        return address.getPort();
    }

    /** {@return the address as clients want it: host, colon, port} */
    public String connectString() {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
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

    /**
     * Stops: no more requests are taken, what was taken is made durable, sockets and files are closed. Sessions are not
     * ended: clients may attach to them again when the server is back. Blocks until everything is closed, also if
     * somebody else is closing it.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            closed.join();
            return;
        }
        try {
            closeAll();
        } finally {
            closed.complete(true);
        }
    }

    private void closeAll() {
        port.close();
        stop(node, disk, snapshots);
        try {
            storage.close();
        } catch (IOException e) {
            LOG.warn("close-incomplete reason={}", e.getMessage());
        }
        LOG.info("stopped address={}", connectString());
    }

    private static void stop(NodeLoop node, DiskThread disk, SnapshotThread snapshots) {
        disk.close();
        snapshots.close();
        node.stop();
    }

    /** After a failure nobody may get an answer any more. Called on the node loop, which must not wait for its own end. */
    private void stopBecause(String sentence) {
        CompletableFuture.runAsync(this::close, task -> new Thread(task, "pinfold-stop").start())
                .whenComplete((done, problem) -> failure.complete(sentence));
    }
}
