package io.pinfold.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The values of a {@link ServerConfig}, changed only between being copied and being wrapped. */
final class ConfigDraft {
    InetAddress clientAddress = loopback();
    boolean clientsKeptLocal;
    int clientPort;

    @Nullable
    Path dataDir;

    int tickMillis = 2000;
    int minSessionMillis; // 0: two ticks
    int maxSessionMillis; // 0: twenty ticks
    int maxClientCnxns = 60;
    int maxConnections = 10_000;
    long connectionMemory; // 0: a quarter of the heap
    int maxFrameBytes = ServerConfig.DEFAULT_MAX_FRAME_BYTES;
    int maxOutstanding = 10_000;
    int maxOutstandingPerConnection = 1_000;
    int snapCount = 100_000;
    int snapshotsRetained = 3;
    int logFileBytes; // 0: what fits to where the data are
    int memberId = 1;
    boolean forceSync = true;
    List<MemberAddress> members = List.of();
    Set<String> fourLetterWords = Set.of("srvr");

    @Nullable
    InetSocketAddress adminAddress;

    @Nullable
    InetSocketAddress metricsAddress;

    boolean peersOnAllAddresses;
    int electionMillis = 300;
    int heartbeatMillis = 50;
    ServicePolicy policy = ServicePolicy.defaults();
    TransportSecurity security = TransportSecurity.defaults();
    AuditLevel audit = AuditLevel.SECURITY;
    List<ServerConfig.IgnoredKey> ignoredKeys = List.of();
    String fileText = "";

    ConfigDraft() {}

    ConfigDraft(ConfigDraft from) {
        clientAddress = from.clientAddress;
        clientsKeptLocal = from.clientsKeptLocal;
        clientPort = from.clientPort;
        dataDir = from.dataDir;
        tickMillis = from.tickMillis;
        minSessionMillis = from.minSessionMillis;
        maxSessionMillis = from.maxSessionMillis;
        maxClientCnxns = from.maxClientCnxns;
        maxConnections = from.maxConnections;
        connectionMemory = from.connectionMemory;
        maxFrameBytes = from.maxFrameBytes;
        maxOutstanding = from.maxOutstanding;
        maxOutstandingPerConnection = from.maxOutstandingPerConnection;
        snapCount = from.snapCount;
        snapshotsRetained = from.snapshotsRetained;
        logFileBytes = from.logFileBytes;
        memberId = from.memberId;
        forceSync = from.forceSync;
        members = from.members;
        fourLetterWords = from.fourLetterWords;
        adminAddress = from.adminAddress;
        metricsAddress = from.metricsAddress;
        peersOnAllAddresses = from.peersOnAllAddresses;
        electionMillis = from.electionMillis;
        heartbeatMillis = from.heartbeatMillis;
        policy = from.policy;
        security = from.security;
        audit = from.audit;
        ignoredKeys = from.ignoredKeys;
        fileText = from.fileText;
    }

    // Not InetAddress.getLoopbackAddress(), which may be ::1, where clients of 127.0.0.1 find nobody.
    static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException impossible) {
            throw new AssertionError("Four bytes are an address", impossible);
        }
    }
}
