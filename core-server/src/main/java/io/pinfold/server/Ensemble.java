package io.pinfold.server;

import io.pinfold.server.storage.Disk;
import io.pinfold.server.storage.FileDisk;
import io.pinfold.server.storage.VolatileDisk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Several members in one process, on real sockets of the loopback address: for tests, demonstrations and development. Members
 * are numbered from 1. A member can be killed, restarted, paused and cut off from the others, to see what clients make of it.
 *
 * <pre>{@code
 * try (Ensemble ensemble = Ensemble.start(3);
 *         PinfoldClient client = PinfoldClient.connect(ensemble.connectString())) {
 *     client.create("/greeting", "hello".getBytes(StandardCharsets.UTF_8));
 *     ensemble.kill(ensemble.awaitLeader(Duration.ofSeconds(5)));
 *     client.set("/greeting", "still here".getBytes(StandardCharsets.UTF_8));
 * }
 * }</pre>
 *
 * <p>A member keeps its ports and its data over restarts, also when the ensemble lives in memory; only {@link #wipe} loses them.
 * Thread-safe: one lock, under which members start and stop.
 */
public final class Ensemble implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 5;
    /** Below the ports that operating systems give to outgoing connections, so that a restarted member finds its own free. */
    private static final int FIRST_PORT = 15_000;

    private static final int PORTS = 16_000;

    private final List<ServerConfig> configs;
    private final BiFunction<Integer, Disk, Disk> medium;
    private final TreeMap<Integer, Disk> disks = new TreeMap<>();
    private final TreeMap<Integer, PinfoldServer> running = new TreeMap<>();
    private final TreeMap<Integer, CompletableFuture<Boolean>> paused = new TreeMap<>();
    private final ReentrantLock guard = new ReentrantLock();

    private Ensemble(List<ServerConfig> configs, BiFunction<Integer, Disk, Disk> medium) {
        this.configs = configs;
        this.medium = medium;
    }

    /**
     * Starts an ensemble in memory and waits until every member serves clients. Blocks.
     *
     * @param members how many, 1 to 254
     * @return the running ensemble
     * @throws IOException if no ports could be had
     * @throws InterruptedException if the thread is interrupted meanwhile; nothing runs then
     */
    public static Ensemble start(int members) throws IOException, InterruptedException {
        return builder(members).start();
    }

    /**
     * {@return what an ensemble is made with}
     *
     * @param members how many, 1 to 254
     */
    public static Builder builder(int members) {
        return new Builder(members);
    }

    /** What an ensemble is made with. Not thread-safe. */
    public static final class Builder {
        private final int members;
        private @Nullable Path dir;
        private UnaryOperator<ServerConfig> change = config -> config;
        private BiFunction<Integer, Disk, Disk> medium = (member, disk) -> disk;

        private Builder(int members) {
            if (members < 1 || members > 254) {
                throw new ConfigException("an ensemble has 1 to 254 members, not " + members);
            }
            this.members = members;
        }

        /**
         * Keeps the members' data in directories {@code member-1}, {@code member-2} and so on, of which those that exist are
         * recovered.
         *
         * @param parent the directory of the directories
         * @return this
         */
        public Builder dataDir(Path parent) {
            dir = parent;
            return this;
        }

        /**
         * Changes the configuration of every member, for example its tick time or its limits; called once for each.
         *
         * @param edit takes a member's configuration and returns the changed one; address, ports and members stay as they are
         * @return this
         */
        public Builder config(UnaryOperator<ServerConfig> edit) {
            change = edit;
            return this;
        }

        /** Puts a test's own disk in front of that of a member's directory. */
        Builder disks(BiFunction<Integer, Disk, Disk> wrapper) {
            medium = wrapper;
            return this;
        }

        /**
         * Starts the ensemble and waits until every member serves clients. Blocks.
         *
         * @return the running ensemble
         * @throws IOException if no ports could be had, or a data directory is held by another process or damaged
         * @throws InterruptedException if the thread is interrupted meanwhile; nothing runs then
         */
        public Ensemble start() throws IOException, InterruptedException {
            for (int attempt = 1; ; attempt++) {
                Ensemble ensemble = new Ensemble(configs(), medium);
                try {
                    ensemble.begin();
                    return ensemble;
                } catch (IOException e) {
                    ensemble.close();
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                } catch (InterruptedException | RuntimeException e) {
                    ensemble.close();
                    throw e;
                }
            }
        }

        private List<ServerConfig> configs() throws IOException {
            List<Integer> ports = freePorts(2 * members);
            List<MemberAddress> addresses = new ArrayList<>();
            for (int id = 1; id <= members; id++) {
                String clients = "127.0.0.1:" + ports.get(members + id - 1);
                addresses.add(new MemberAddress(id, "127.0.0.1", ports.get(id - 1), 0, false, clients));
            }
            List<ServerConfig> configs = new ArrayList<>();
            for (int id = 1; id <= members; id++) {
                ServerConfig config = change.apply(ServerConfig.standalone().withMemberId(id));
                configs.add(config.withMemberId(id)
                        .withMembers(addresses)
                        .withDataDir(dir == null ? null : dir.resolve("member-" + id))
                        .withClientPort(ports.get(members + id - 1)));
            }
            return configs;
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<Integer> ports = new ArrayList<>();
        Random dice = new Random();
        for (int tries = 0; ports.size() < count; tries++) {
            int port = FIRST_PORT + dice.nextInt(PORTS);
            try (ServerSocket probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
                if (!ports.contains(port)) {
                    ports.add(port);
                }
            } catch (IOException e) {
                if (tries > 100 * count) {
                    throw new IOException("No free ports between " + FIRST_PORT + " and " + (FIRST_PORT + PORTS), e);
                }
            }
        }
        return ports;
    }

    private void begin() throws IOException, InterruptedException {
        for (ServerConfig config : configs) {
            restart(config.memberId());
        }
        awaitServing(START_PATIENCE);
    }

    /** {@return how many members there are, running or not} */
    public int size() {
        return configs.size();
    }

    /** {@return the addresses of all members as clients want them, separated by commas} */
    public String connectString() {
        return configs.stream().map(Ensemble::address).collect(Collectors.joining(","));
    }

    /**
     * {@return the address of one member as clients want it}
     *
     * @param member its number, 1 to {@link #size()}
     */
    public String connectString(int member) {
        return address(config(member));
    }

    private static String address(ServerConfig config) {
        return config.clientAddress().getHostAddress() + ":" + config.clientPort();
    }

    private ServerConfig config(int member) {
        if (member < 1 || member > configs.size()) {
            throw new IllegalArgumentException("There is no member " + member + "; they are 1 to " + configs.size());
        }
        return configs.get(member - 1);
    }

    /** {@return the running members, in ascending order} */
    public List<Integer> running() {
        guard.lock();
        try {
            return List.copyOf(running.keySet());
        } finally {
            guard.unlock();
        }
    }

    /** {@return the member that leads, if one says so at the moment; of two that do, the one that was elected later} */
    public OptionalInt leader() {
        guard.lock();
        try {
            PinfoldServer latest = null;
            for (PinfoldServer server : running.values()) {
                if (server.isLeader() && (latest == null || server.epoch() > latest.epoch())) {
                    latest = server;
                }
            }
            return latest == null ? OptionalInt.empty() : OptionalInt.of(latest.memberId());
        } finally {
            guard.unlock();
        }
    }

    /**
     * Waits until every running member that is not paused serves clients and has its vote, which a wiped one gets back when
     * it has learned everything. Blocks.
     *
     * @param patience how long to wait for each
     * @throws InterruptedException if the thread is interrupted meanwhile
     * @throws IllegalStateException if one of them does not in this time
     */
    public void awaitServing(Duration patience) throws InterruptedException {
        for (int member : running()) {
            PinfoldServer server = find(member);
            if (server != null && !isPaused(member) && !server.awaitVoting(patience)) {
                throw new IllegalStateException(
                        "Member " + member + " serves no clients, or has no vote, after " + patience);
            }
        }
    }

    /**
     * Waits until a member leads. Blocks.
     *
     * @param patience how long to wait
     * @return its number
     * @throws InterruptedException if the thread is interrupted meanwhile
     * @throws IllegalStateException if none does in this time
     */
    public int awaitLeader(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            OptionalInt leader = leader();
            if (leader.isPresent()) {
                return leader.getAsInt();
            }
            List<Integer> members = running();
            long left = end - System.nanoTime();
            if (left <= 0 || members.isEmpty()) {
                throw new IllegalStateException("Nobody leads after " + patience);
            }
            PinfoldServer any = find(members.get(0));
            if (any != null) {
                any.awaitChange(Duration.ofNanos(Math.min(left, 10_000_000)));
            }
        }
    }

    private @Nullable PinfoldServer find(int member) {
        config(member);
        guard.lock();
        try {
            return running.get(member);
        } finally {
            guard.unlock();
        }
    }

    private boolean isPaused(int member) {
        guard.lock();
        try {
            return paused.containsKey(member);
        } finally {
            guard.unlock();
        }
    }

    /**
     * {@return a running member}
     *
     * @param member its number
     * @throws IllegalStateException if it does not run
     */
    public PinfoldServer server(int member) {
        PinfoldServer server = find(member);
        if (server == null) {
            throw new IllegalStateException("Member " + member + " does not run");
        }
        return server;
    }

    /**
     * Ends a member as {@code kill -9} ends a process: its connections break, and nothing is said or stored any more. Blocks
     * until it is gone. Does nothing if it does not run.
     *
     * @param member its number
     */
    public void kill(int member) {
        end(member, PinfoldServer::kill);
    }

    /**
     * Stops a member in order: it hands the leadership over first. Blocks until it is gone. Does nothing if it does not run.
     *
     * @param member its number
     */
    public void stop(int member) {
        end(member, PinfoldServer::close);
    }

    private void end(int member, java.util.function.Consumer<PinfoldServer> how) {
        config(member);
        guard.lock();
        try {
            resume(member);
            PinfoldServer server = running.remove(member);
            if (server != null) {
                how.accept(server);
            }
        } finally {
            guard.unlock();
        }
    }

    /**
     * Starts a member that does not run, on its former ports and data. Blocks until it listens, not until it serves:
     * {@link #awaitServing} waits for that. Does nothing if it runs.
     *
     * @param member its number
     * @throws IOException if its ports are taken meanwhile or its data is damaged
     */
    public void restart(int member) throws IOException {
        ServerConfig config = config(member);
        guard.lock();
        try {
            if (!running.containsKey(member)) {
                running.put(member, PinfoldServer.start(config, disk(config)));
            }
        } finally {
            guard.unlock();
        }
    }

    private Disk disk(ServerConfig config) throws IOException {
        Path dir = config.dataDir();
        if (dir == null) {
            return disks.computeIfAbsent(config.memberId(), id -> new VolatileDisk("memory of member " + id));
        }
        Files.createDirectories(dir);
        return medium.apply(config.memberId(), new FileDisk(dir));
    }

    /**
     * Loses the data of a member that does not run, as if its disk had been replaced. When it is started again it learns
     * everything from the others, and has a vote again after that.
     *
     * @param member its number
     * @throws IOException if its files cannot be deleted
     * @throws IllegalStateException if it runs
     */
    public void wipe(int member) throws IOException {
        ServerConfig config = config(member);
        guard.lock();
        try {
            if (running.containsKey(member)) {
                throw new IllegalStateException("Member " + member + " runs; kill it first");
            }
            Disk disk = disk(config);
            for (String name : disk.list()) {
                disk.delete(name);
            }
            disk.close();
        } finally {
            guard.unlock();
        }
    }

    /**
     * Lets a member stand still, as {@code SIGSTOP} does with a process: its sockets stay open, and nobody answers. Does
     * nothing if it stands still or does not run.
     *
     * @param member its number
     */
    public void pause(int member) {
        config(member);
        guard.lock();
        try {
            PinfoldServer server = running.get(member);
            if (server != null && !paused.containsKey(member)) {
                CompletableFuture<Boolean> until = new CompletableFuture<>();
                server.pause(until);
                paused.put(member, until);
            }
        } finally {
            guard.unlock();
        }
    }

    /**
     * Lets a member that stands still go on. Does nothing if it does not.
     *
     * @param member its number
     */
    public void resume(int member) {
        config(member);
        guard.lock();
        try {
            CompletableFuture<Boolean> until = paused.remove(member);
            if (until != null) {
                until.complete(true);
            }
        } finally {
            guard.unlock();
        }
    }

    /**
     * Cuts a member off from the others, who hear nothing of it from now on, not even that the connections break. Clients
     * reach it all the time.
     *
     * @param member its number
     * @throws IllegalStateException if it does not run
     */
    public void isolate(int member) {
        server(member).isolate(true);
    }

    /**
     * Ends what {@link #isolate} began.
     *
     * @param member its number
     * @throws IllegalStateException if it does not run
     */
    public void heal(int member) {
        server(member).isolate(false);
    }

    /**
     * Ends a session as if its client had been silent for too long. Blocks until the end is on its way to the log.
     *
     * @param sessionId the session
     * @return whether a running member knew such a session and could say so to the leader
     */
    public boolean expireSession(long sessionId) {
        for (int member : running()) {
            PinfoldServer server = find(member);
            if (server != null && !isPaused(member) && server.isServing()) {
                return server.expireSession(sessionId);
            }
        }
        return false;
    }

    /**
     * Closes the connection of a session, which lives on.
     *
     * @param sessionId the session
     * @return whether it was connected to a running member
     */
    public boolean dropConnection(long sessionId) {
        for (int member : running()) {
            PinfoldServer server = find(member);
            if (server != null && !isPaused(member) && server.dropConnection(sessionId)) {
                return true;
            }
        }
        return false;
    }

    /** Stops all members, without handing over. Blocks until they are gone. */
    @Override
    public void close() {
        guard.lock();
        try {
            for (int member : List.copyOf(running.keySet())) {
                kill(member);
            }
        } finally {
            guard.unlock();
        }
    }
}
