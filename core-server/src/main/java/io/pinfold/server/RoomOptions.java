package io.pinfold.server;

import io.pinfold.server.admin.MemberFacts;
import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.ReplicaOptions;
import io.pinfold.server.engine.EngineOptions;
import io.pinfold.server.storage.StorageOptions;
import io.pinfold.server.transport.ClientPort;
import io.pinfold.server.tree.Preparer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** What a configuration means for each room of a server. Stateless. */
final class RoomOptions {
    /** Replies and events that one client may leave unread. */
    private static final long MAX_QUEUED_BYTES = 64L << 20;

    /** The version of Apache ZooKeeper whose clients, words and files this server follows. */
    private static final String PROTOCOL_VERSION = "3.9.5";

    private RoomOptions() {}

    /** Refuses to be heard beyond the loopback interface without TLS, unless that is allowed. */
    static void checkSecurity(ServerConfig config) {
        InetAddress peers = null;
        for (MemberAddress member : config.members()) {
            if (member.id() == config.memberId()) {
                InetSocketAddress at = config.peersOnAllAddresses()
                        ? new InetSocketAddress(member.peerPort())
                        : new InetSocketAddress(member.host(), member.peerPort());
                peers = at.getAddress(); // without one it cannot be listened to at all
            }
        }
        config.security().check(config.clientAddress(), peers);
    }

    /** The members that an ensemble begins with; a server of its own needs no address for peers. */
    static Membership membership(ServerConfig config) {
        if (config.members().isEmpty()) {
            return Membership.of(List.of(new Member(config.memberId(), 0, false, "", 0, 0, "")));
        }
        Membership configured = Membership.of(config.members().stream()
                .map(m -> new Member(m.id(), 0, m.observer(), m.host(), m.peerPort(), m.electionPort(), m.clients()))
                .toList());
        if (configured.find(config.memberId()) == null) {
            throw new ConfigException("there is no server." + config.memberId() + " among the members");
        }
        return configured;
    }

    static ReplicaOptions replica(ServerConfig config, long incarnation, MemoryShares shares) {
        return ReplicaOptions.defaults(config.memberId(), incarnation, new SecureRandom()::nextLong)
                .withTimes(
                        config.heartbeat().toNanos(), config.electionTimeout().toNanos())
                .withRecentBytes(shares.recentBytes());
    }

    static StorageOptions storage(ServerConfig config) {
        return StorageOptions.defaults()
                .memberId(config.memberId())
                .damageTolerated(config.members().size() > 1)
                .snapshotsKept(config.dataDir() == null ? 1 : config.snapshotsRetained())
                .segmentBytes(config.logFileBytes());
    }

    static ClientPort.Limits clients(ServerConfig config, MemoryShares shares) {
        ConnectionLimit limit = ConnectionLimit.of(config.maxConnections(), shares);
        return new ClientPort.Limits(
                config.maxClientCnxns(),
                limit.connections(),
                limit.reason(),
                config.maxFrameBytes(),
                Math.max(MAX_QUEUED_BYTES, 2L * config.maxFrameBytes()),
                shares.heldBytes());
    }

    static MemberFacts facts(ServerConfig config, long nowNanos) {
        String version = RoomOptions.class.getPackage().getImplementationVersion();
        return new MemberFacts(
                PROTOCOL_VERSION + "-pinfold-" + (version == null ? "development" : version),
                config.memberId(),
                hostName(),
                config.clientPort(),
                config.dataDir(),
                (int) config.tickTime().toMillis(),
                (int) config.minSessionTimeout().toMillis(),
                (int) config.maxSessionTimeout().toMillis(),
                config.maxClientCnxns(),
                !config.members().isEmpty(),
                nowNanos,
                words(config),
                config.fileText(),
                () -> DirectoryLook.at(config.dataDir()));
    }

    /** Clients that were served reads only look by a word for a member that serves everything. */
    private static Set<String> words(ServerConfig config) {
        Set<String> words = new TreeSet<>(config.fourLetterWords());
        if (config.policy().readOnlyMode()) {
            words.add("isro");
        }
        return words;
    }

    /** The name is for people only, so a name service is not asked. */
    private static String hostName() {
        String name = System.getenv("HOSTNAME");
        return name == null ? "<NA>" : name;
    }

    static InetSocketAddress peerAddress(ServerConfig config, Membership configured) {
        Member self = Objects.requireNonNull(configured.find(config.memberId()));
        return config.peersOnAllAddresses()
                ? new InetSocketAddress(self.peerPort())
                : new InetSocketAddress(self.host(), self.peerPort());
    }

    static EngineOptions engine(ServerConfig config, byte[] sessionKey, MemoryShares shares) {
        return new EngineOptions(
                config.memberId(),
                sessionKey,
                (int) config.tickTime().toMillis(),
                (int) config.minSessionTimeout().toMillis(),
                (int) config.maxSessionTimeout().toMillis(),
                config.maxOutstanding(),
                config.maxOutstandingPerConnection(),
                shares.outstandingBytes(),
                maxTxnBytes(config.maxFrameBytes()),
                shares.watches(),
                config.snapCount(),
                config.policy().values(),
                shares.sessions());
    }

    /** {@return the longest transaction, which must be well above the longest request} */
    static int maxTxnBytes(int maxFrameBytes) {
        return Math.max(Preparer.DEFAULT_MAX_TXN_BYTES, 2 * maxFrameBytes);
    }
}
