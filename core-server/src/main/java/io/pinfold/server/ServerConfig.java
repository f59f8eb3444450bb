package io.pinfold.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a server is told before it starts. Immutable: each {@code with} method returns a changed copy and refuses values
 * out of range with a {@link ConfigException} that speaks in the words of {@code zoo.cfg}.
 *
 * <pre>{@code
 * ServerConfig inMemory = ServerConfig.standalone();
 * ServerConfig durable = ServerConfig.standalone().withClientPort(2181).withDataDir(Path.of("data"));
 * ServerConfig asZooKeeper = ServerConfig.load(Path.of("zoo.cfg"));
 * }</pre>
 */
public final class ServerConfig {
    /** Largest frame that ZooKeeper accepts by default, in bytes: one below 1 MiB. */
    public static final int DEFAULT_MAX_FRAME_BYTES = 0xfffff;

    private static final int HOUR_MILLIS = 3_600_000;

    private final ConfigDraft values;

    private ServerConfig(ConfigDraft values) {
        this.values = values;
    }

    /**
     * {@return a single member that keeps everything in memory and serves clients on a free port of 127.0.0.1}
     */
    public static ServerConfig standalone() {
        return new ServerConfig(new ConfigDraft());
    }

    /**
     * Reads a configuration file of Apache ZooKeeper, with ZooKeeper's defaults for what it does not say, except that
     * {@code globalOutstandingLimit} is 10000 (there 1000) and {@code maxCnxns} is 10000 (there 0, for any number); and
     * {@code autopurge.snapRetainCount} below 3 means 3. Blocking: it also reads {@code dataDir/myid} if there is one.
     *
     * @param zooCfg the file, a Java properties file
     * @return what it says; keys that have no effect here are listed in {@link #ignoredKeys()}
     * @throws ConfigException if the file cannot be read, has a key that ZooKeeper does not know or a value out of
     *     range, or does not fit together
     */
    public static ServerConfig load(Path zooCfg) {
        return new ZooCfg(zooCfg).read();
    }

    /** {@return the address that clients connect to} */
    public InetAddress clientAddress() {
        return values.clientAddress;
    }

    /**
     * {@return whether clients are served on the loopback interface only because the file named no address for them, and neither TLS
     * nor that others may listen} Told when the server starts.
     */
    public boolean clientsKeptLocal() {
        return values.clientsKeptLocal;
    }

    /** {@return the port that clients connect to; 0 for any free one} */
    public int clientPort() {
        return values.clientPort;
    }

    /** {@return the directory of log and snapshots, or {@code null} to keep everything in memory} */
    public @Nullable Path dataDir() {
        return values.dataDir;
    }

    /** {@return the unit of time from which session timeouts derive} */
    public Duration tickTime() {
        return Duration.ofMillis(values.tickMillis);
    }

    /** {@return the shortest session timeout that a client gets: two ticks unless set} */
    public Duration minSessionTimeout() {
        return Duration.ofMillis(values.minSessionMillis > 0 ? values.minSessionMillis : 2L * values.tickMillis);
    }

    /** {@return the longest session timeout that a client gets: twenty ticks unless set} */
    public Duration maxSessionTimeout() {
        return Duration.ofMillis(values.maxSessionMillis > 0 ? values.maxSessionMillis : 20L * values.tickMillis);
    }

    /** {@return how many connections one IP address may have at a time; 0 for any number} */
    public int maxClientCnxns() {
        return values.maxClientCnxns;
    }

    /** {@return how many connections there may be at a time in all; 0 for as many as there is room for} */
    public int maxConnections() {
        return values.maxConnections;
    }

    /**
     * {@return how many bytes of unread replies and unfinished requests all connections together may hold; 0 for a quarter of the
     * heap}
     */
    public long connectionMemory() {
        return values.connectionMemory;
    }

    /** {@return the longest request that is accepted, in bytes without the length field} */
    public int maxFrameBytes() {
        return values.maxFrameBytes;
    }

    /** {@return how many requests of all connections may be under way before the server stops reading more} */
    public int maxOutstanding() {
        return values.maxOutstanding;
    }

    /** {@return how many requests of one connection may be under way before the server stops reading from it} */
    public int maxOutstandingPerConnection() {
        return values.maxOutstandingPerConnection;
    }

    /** {@return how many txns are logged between two snapshots} */
    public int snapCount() {
        return values.snapCount;
    }

    /** {@return how many snapshots are kept, with the log that follows the oldest of them} */
    public int snapshotsRetained() {
        return values.snapshotsRetained;
    }

    /** {@return the number of this member; part of the ids of the sessions that it opens} */
    public int memberId() {
        return values.memberId;
    }

    /** {@return whether a write is acknowledged only after the disk has it} */
    public boolean forceSync() {
        return values.forceSync;
    }

    /** {@return the members of the ensemble, this one among them; empty for a server of its own} */
    public List<MemberAddress> members() {
        return values.members;
    }

    /** {@return the four-letter words that the port for clients answers} */
    public Set<String> fourLetterWords() {
        return values.fourLetterWords;
    }

    /** {@return where operators are served over HTTP; null for nowhere} */
    public @Nullable InetSocketAddress adminAddress() {
        return values.adminAddress;
    }

    /** {@return where metrics are served, besides the port for operators; null for nowhere} */
    public @Nullable InetSocketAddress metricsAddress() {
        return values.metricsAddress;
    }

    /** {@return whether peers are listened to on all local addresses instead of this member's configured one} */
    public boolean peersOnAllAddresses() {
        return values.peersOnAllAddresses;
    }

    /** {@return how long no leader must be heard of before this member calls for an election; by chance up to twice that} */
    public Duration electionTimeout() {
        return Duration.ofMillis(values.electionMillis);
    }

    /** {@return how often a leader is heard of at least} */
    public Duration heartbeat() {
        return Duration.ofMillis(values.heartbeatMillis);
    }

    /** {@return what clients may do} */
    public ServicePolicy policy() {
        return values.policy;
    }

    /** {@return how clients and peers are spoken with} */
    public TransportSecurity security() {
        return values.security;
    }

    /** {@return what goes to the audit log} */
    public AuditLevel audit() {
        return values.audit;
    }

    /** {@return the keys of the file that have no effect on this server, to be reported once at start} */
    public List<IgnoredKey> ignoredKeys() {
        return values.ignoredKeys;
    }

    /**
     * {@return the same, serving clients on another address}
     *
     * @param address a local address, or the wildcard address for all of them
     */
    public ServerConfig withClientAddress(InetAddress address) {
        return change(draft -> {
            draft.clientAddress = address;
            draft.clientsKeptLocal = false;
        });
    }

    ServerConfig withClientsKeptLocal() {
        return change(draft -> {
            draft.clientAddress = ConfigDraft.loopback();
            draft.clientsKeptLocal = true;
        });
    }

    /**
     * {@return the same, serving clients on another port}
     *
     * @param port 0 to 65535; 0 for any free one
     */
    public ServerConfig withClientPort(int port) {
        check("clientPort", port, 0, 65_535);
        return change(draft -> draft.clientPort = port);
    }

    /**
     * {@return the same, durable}
     *
     * @param dir the directory of log and snapshots, created when missing; {@code null} to keep everything in memory
     */
    public ServerConfig withDataDir(@Nullable Path dir) {
        return change(draft -> draft.dataDir = dir);
    }

    /**
     * {@return the same with another unit of time}
     *
     * @param tick 1 ms to 1 hour
     */
    public ServerConfig withTickTime(Duration tick) {
        int millis = millis("tickTime", tick, HOUR_MILLIS);
        return change(draft -> draft.tickMillis = millis);
    }

    /**
     * {@return the same with another shortest session timeout}
     *
     * @param timeout at least 1 ms
     */
    public ServerConfig withMinSessionTimeout(Duration timeout) {
        int millis = millis("minSessionTimeout", timeout, Integer.MAX_VALUE);
        return change(draft -> draft.minSessionMillis = millis);
    }

    /**
     * {@return the same with another longest session timeout}
     *
     * @param timeout at least 1 ms
     */
    public ServerConfig withMaxSessionTimeout(Duration timeout) {
        int millis = millis("maxSessionTimeout", timeout, Integer.MAX_VALUE);
        return change(draft -> draft.maxSessionMillis = millis);
    }

    /**
     * {@return the same with another limit of connections for each IP address}
     *
     * @param count at least 0; 0 for any number
     */
    public ServerConfig withMaxClientCnxns(int count) {
        check("maxClientCnxns", count, 0, Integer.MAX_VALUE);
        return change(draft -> draft.maxClientCnxns = count);
    }

    /**
     * {@return the same with another limit of connections in all}
     *
     * @param count at least 0; 0 for as many as the heap and the files that may be open have room for, which limit other numbers, too
     */
    public ServerConfig withMaxConnections(int count) {
        check("maxCnxns", count, 0, Integer.MAX_VALUE);
        return change(draft -> draft.maxConnections = count);
    }

    /**
     * {@return the same with another budget for unread replies and unfinished requests of all connections}
     *
     * @param bytes 1 MiB or more; 0 for a quarter of the heap
     */
    public ServerConfig withConnectionMemory(long bytes) {
        check("pinfold.connectionMemory", bytes == 0 ? 1 << 20 : bytes, 1 << 20, Integer.MAX_VALUE);
        return change(draft -> draft.connectionMemory = bytes);
    }

    /**
     * {@return the same with another limit for one request}
     *
     * @param bytes 1024 bytes to 64 MiB
     */
    public ServerConfig withMaxFrameBytes(int bytes) {
        check("jute.maxbuffer", bytes, 1024, 64 << 20);
        return change(draft -> draft.maxFrameBytes = bytes);
    }

    /**
     * {@return the same with another limit of requests under way in all}
     *
     * @param count at least 1
     */
    public ServerConfig withMaxOutstanding(int count) {
        check("globalOutstandingLimit", count, 1, Integer.MAX_VALUE);
        return change(draft -> draft.maxOutstanding = count);
    }

    /**
     * {@return the same with another limit of requests under way for each connection}
     *
     * @param count at least 1
     */
    public ServerConfig withMaxOutstandingPerConnection(int count) {
        check("maxOutstandingPerConnection", count, 1, Integer.MAX_VALUE);
        return change(draft -> draft.maxOutstandingPerConnection = count);
    }

    /**
     * {@return the same with another distance between snapshots}
     *
     * @param txns at least 2
     */
    public ServerConfig withSnapCount(int txns) {
        check("snapCount", txns, 2, Integer.MAX_VALUE);
        return change(draft -> draft.snapCount = txns);
    }

    /**
     * {@return the same, keeping another number of snapshots}
     *
     * @param count at least 1
     */
    public ServerConfig withSnapshotsRetained(int count) {
        check("autopurge.snapRetainCount", count, 1, Integer.MAX_VALUE);
        return change(draft -> draft.snapshotsRetained = count);
    }

    /** {@return the same with log files of another size, for tests that need many of them} */
    ServerConfig withLogFileBytes(int bytes) {
        return change(draft -> draft.logFileBytes = bytes);
    }

    int logFileBytes() {
        return values.logFileBytes == 0 ? (values.dataDir == null ? 1 << 20 : 64 << 20) : values.logFileBytes;
    }

    /**
     * {@return the same for another member}
     *
     * @param id 1 to 254
     */
    public ServerConfig withMemberId(int id) {
        check("myid", id, 1, 254);
        return change(draft -> draft.memberId = id);
    }

    /**
     * {@return the same, waiting for the disk or not}
     *
     * @param force {@code false} to acknowledge writes that a power failure can lose
     */
    public ServerConfig withForceSync(boolean force) {
        return change(draft -> draft.forceSync = force);
    }

    /**
     * {@return the same as member of an ensemble}
     *
     * @param members all members that the ensemble begins with, in any order, {@link #memberId()} among them when the server
     *     starts; empty for a server of its own. Once an ensemble has begun, its own agreed membership decides
     */
    public ServerConfig withMembers(List<MemberAddress> members) {
        List<MemberAddress> sorted = members.stream()
                .sorted(Comparator.comparingInt(MemberAddress::id))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).id() == sorted.get(i - 1).id()) {
                throw new ConfigException("server." + sorted.get(i).id() + " is given twice");
            }
        }
        if (!sorted.isEmpty() && sorted.stream().allMatch(MemberAddress::observer)) {
            throw new ConfigException("every member is an observer; somebody must have a vote");
        }
        return change(draft -> draft.members = sorted);
    }

    /**
     * {@return the same, answering other four-letter words}
     *
     * @param words some of those that Apache ZooKeeper knows, {@code srvr} unless set; those that this server cannot answer are
     *     passed over. Whoever reaches the port may ask, and some show addresses and session ids
     */
    public ServerConfig withFourLetterWords(Set<String> words) {
        return change(draft -> draft.fourLetterWords = Set.copyOf(words));
    }

    /**
     * {@return the same, serving operators over HTTP}
     *
     * @param address where, with port 0 for any free one; null, which is the default, for nowhere. Nobody who reaches the
     *     port is asked who he is
     */
    public ServerConfig withAdminAddress(@Nullable InetSocketAddress address) {
        return change(draft -> draft.adminAddress = address);
    }

    /**
     * {@return the same, serving metrics at an address of their own, too}
     *
     * @param address where, with port 0 for any free one; null, which is the default, for nowhere
     */
    public ServerConfig withMetricsAddress(@Nullable InetSocketAddress address) {
        return change(draft -> draft.metricsAddress = address);
    }

    /**
     * {@return the same, listening to peers on all local addresses or on the configured one}
     *
     * @param all {@code true} where the configured address is not one of this machine, as behind a translating network
     */
    public ServerConfig withPeersOnAllAddresses(boolean all) {
        return change(draft -> draft.peersOnAllAddresses = all);
    }

    /**
     * {@return the same with another patience with a silent leader}
     *
     * @param timeout 10 ms to 1 minute; well above the time that a message takes, a force of the log and the longest pause
     *     of the collector
     */
    public ServerConfig withElectionTimeout(Duration timeout) {
        int millis = millis("pinfold.electionTimeout", timeout, 60_000);
        check("pinfold.electionTimeout", millis, 10, 60_000);
        return change(draft -> draft.electionMillis = millis);
    }

    /**
     * {@return the same with another heartbeat of the leader}
     *
     * @param interval 1 ms to 20 seconds; a third of {@link #electionTimeout()} or less
     */
    public ServerConfig withHeartbeat(Duration interval) {
        int millis = millis("pinfold.heartbeat", interval, 20_000);
        return change(draft -> draft.heartbeatMillis = millis);
    }

    /**
     * {@return the same with other rules of what clients may do}
     *
     * @param policy the rules, the same on every member
     */
    public ServerConfig withPolicy(ServicePolicy policy) {
        return change(draft -> draft.policy = policy);
    }

    /**
     * {@return the same, speaking in another way with clients and peers}
     *
     * @param security TLS, and what may be heard by others
     */
    public ServerConfig withSecurity(TransportSecurity security) {
        return change(draft -> draft.security = security);
    }

    /**
     * {@return the same with more or less in the audit log}
     *
     * @param level what goes to the logger {@code io.pinfold.audit}; {@link AuditLevel#SECURITY} unless set
     */
    public ServerConfig withAudit(AuditLevel level) {
        return change(draft -> draft.audit = level);
    }

    /** {@return the file that this was read from, without secrets; empty without one} */
    String fileText() {
        return values.fileText;
    }

    ServerConfig withFileText(String text) {
        return change(draft -> draft.fileText = text);
    }

    ServerConfig withIgnoredKeys(List<IgnoredKey> keys) {
        return change(draft -> draft.ignoredKeys = List.copyOf(keys));
    }

    private ServerConfig change(Consumer<ConfigDraft> edit) {
        ConfigDraft copy = new ConfigDraft(values);
        edit.accept(copy);
        return new ServerConfig(copy);
    }

    private static void check(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new ConfigException(key + "=" + value + " is out of range; allowed is " + range(min, max));
        }
    }

    private static int millis(String key, Duration value, int max) {
        long millis = value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0 ? Long.MAX_VALUE : value.toMillis();
        check(key, millis, 1, max);
        return (int) millis;
    }

    static String range(long min, long max) {
        return max == Integer.MAX_VALUE ? min + " or more" : min + " to " + max;
    }

    /**
     * A key of the configuration file that has no effect here. Immutable.
     *
     * @param key the key as it stands in the file
     * @param reason why it has no effect
     */
    public record IgnoredKey(String key, String reason) {
        /** {@return one sentence for the log} */
        @Override
        public String toString() {
            return key + " has no effect: " + reason;
        }
    }
}
