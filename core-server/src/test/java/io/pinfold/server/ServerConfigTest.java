package io.pinfold.server;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.ServerConfig.IgnoredKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerConfigTest {
    @TempDir
    private Path dir;

    @Test
    void aFileWithoutAnAddressServesThisMachineUntilItAllowsMore() throws IOException {
        ServerConfig local = load("clientPort=1");
        assertTrue(local.clientsKeptLocal());
        assertEquals("127.0.0.1", local.clientAddress().getHostAddress());

        ServerConfig allowed = load("clientPort=1\npinfold.allowPlaintext=clients");
        assertFalse(allowed.clientsKeptLocal());
        assertTrue(allowed.clientAddress().isAnyLocalAddress());

        ServerConfig secure = load("clientPort=1\nsecureClientPort=2\nssl.keyStore.location=a.pem");
        assertTrue(secure.clientsKeptLocal());
        assertTrue(requireNonNull(secure.security().secureAddress()).isAnyLocalAddress());
    }

    @Test
    void aFileThatNamesAnAddressIsTakenAtItsWord() throws IOException {
        ServerConfig named = load("clientPort=1\nclientPortAddress=0.0.0.0");
        assertFalse(named.clientsKeptLocal());
        assertTrue(named.clientAddress().isAnyLocalAddress());
        assertThrows(ConfigException.class, () -> PinfoldServer.start(named));
    }

    @Test
    void theAuditLogSaysWhatConcernsSecurityUnlessAFileSaysMoreOrNothing() throws IOException {
        assertEquals(AuditLevel.SECURITY, load("").audit());
        assertEquals(AuditLevel.ALL, load("audit.enable=true").audit());
        assertEquals(AuditLevel.NONE, load("audit.enable=false").audit());
    }

    @Test
    void standaloneServesTheLoopbackAddressFromMemory() {
        ServerConfig config = ServerConfig.standalone();

        assertEquals("127.0.0.1", config.clientAddress().getHostAddress());
        assertEquals(0, config.clientPort());
        assertNull(config.dataDir());
        assertTrue(config.forceSync());
        assertEquals(Duration.ofSeconds(4), config.minSessionTimeout());
        assertEquals(Duration.ofSeconds(40), config.maxSessionTimeout());
    }

    @Test
    void aChangedCopyLeavesTheOriginalAlone() {
        ServerConfig original = ServerConfig.standalone();

        ServerConfig changed = original.withClientPort(2181).withTickTime(Duration.ofMillis(500));

        assertEquals(0, original.clientPort());
        assertEquals(2181, changed.clientPort());
        assertEquals(Duration.ofSeconds(1), changed.minSessionTimeout());
        assertEquals(Duration.ofSeconds(10), changed.maxSessionTimeout());
    }

    @ParameterizedTest
    @MethodSource("withersOutOfRange")
    void withersRefuseValuesOutOfRange(Case<Function<ServerConfig, ServerConfig>> wither) {
        ConfigException e =
                assertThrows(ConfigException.class, () -> wither.input().apply(ServerConfig.standalone()));

        assertEquals(wither.expected(), e.getMessage());
    }

    static Stream<Case<Function<ServerConfig, ServerConfig>>> withersOutOfRange() {
        return Stream.of(
                new Case<>(c -> c.withClientPort(-1), "clientPort=-1 is out of range; allowed is 0 to 65535"),
                new Case<>(c -> c.withTickTime(Duration.ZERO), "tickTime=0 is out of range; allowed is 1 to 3600000"),
                new Case<>(c -> c.withMemberId(255), "myid=255 is out of range; allowed is 1 to 254"),
                new Case<>(c -> c.withMaxClientCnxns(-1), "maxClientCnxns=-1 is out of range; allowed is 0 or more"),
                new Case<>(
                        c -> c.withMaxFrameBytes(10), "jute.maxbuffer=10 is out of range; allowed is 1024 to 67108864"),
                new Case<>(
                        c -> c.withElectionTimeout(Duration.ofMillis(9)),
                        "pinfold.electionTimeout=9 is out of range; allowed is 10 to 60000"),
                new Case<>(
                        c -> c.withMembers(List.of(new MemberAddress(1, "a", 1), new MemberAddress(1, "b", 1))),
                        "server.1 is given twice"),
                new Case<>(c -> c.withSnapCount(1), "snapCount=1 is out of range; allowed is 2 or more"));
    }

    @Test
    void aFileHasZooKeepersDefaults() throws IOException {
        ServerConfig config = load("");

        assertTrue(config.clientAddress().isLoopbackAddress());
        assertEquals(2181, config.clientPort());
        assertEquals(dir.resolve("data"), config.dataDir());
        assertEquals(Duration.ofSeconds(3), config.tickTime());
        assertEquals(Duration.ofSeconds(6), config.minSessionTimeout());
        assertEquals(Duration.ofSeconds(60), config.maxSessionTimeout());
        assertEquals(60, config.maxClientCnxns());
        assertEquals(100_000, config.snapCount());
        assertEquals(3, config.snapshotsRetained());
        assertEquals(0xfffff, config.maxFrameBytes());
        assertEquals(List.of(), config.ignoredKeys());
    }

    @ParameterizedTest
    @MethodSource("keysWithAnEffect")
    void keysReachTheirPlace(Case<String> line, Function<ServerConfig, Object> place) throws IOException {
        ServerConfig config = load(line.input());

        assertEquals(line.expected(), String.valueOf(place.apply(config)));
    }

    static Stream<Arguments> keysWithAnEffect() {
        return Stream.of(
                effect("tickTime=2000", "PT2S", ServerConfig::tickTime),
                effect("tickTime = 010", "PT0.01S", ServerConfig::tickTime),
                effect("clientPort: 0", "0", ServerConfig::clientPort),
                effect("clientPortAddress=127.0.0.1", "/127.0.0.1", ServerConfig::clientAddress),
                effect("minSessionTimeout=100", "PT0.1S", ServerConfig::minSessionTimeout),
                effect("minSessionTimeout=-1", "PT6S", ServerConfig::minSessionTimeout),
                effect("maxSessionTimeout=90000", "PT1M30S", ServerConfig::maxSessionTimeout),
                effect("maxClientCnxns=0", "0", ServerConfig::maxClientCnxns),
                effect("maxCnxns=500", "500", ServerConfig::maxConnections),
                effect("globalOutstandingLimit=7", "7", ServerConfig::maxOutstanding),
                effect("snapCount=9", "9", ServerConfig::snapCount),
                effect("autopurge.snapRetainCount=5", "5", ServerConfig::snapshotsRetained),
                effect("autopurge.snapRetainCount=1", "3", ServerConfig::snapshotsRetained),
                effect("jute.maxbuffer=0x1fffff", "2097151", ServerConfig::maxFrameBytes),
                effect("pinfold.electionTimeout=1000", "PT1S", ServerConfig::electionTimeout),
                effect("pinfold.heartbeat=20", "PT0.02S", ServerConfig::heartbeat),
                effect("forceSync=no", "false", ServerConfig::forceSync),
                effect("server.4=a:2888:3888", "4", ServerConfig::memberId),
                effect("snapCount=5\\\n  0", "50", ServerConfig::snapCount));
    }

    private static Arguments effect(String line, String expected, Function<ServerConfig, Object> place) {
        return Arguments.of(new Case<>(line, expected), place);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            clientprot=2181       | clientprot is unknown; did you mean clientPort?
            clientport=2181       | clientport is unknown; did you mean clientPort?
            tickTme=2000          | tickTme is unknown; did you mean tickTime?
            dataDri=/tmp          | dataDri is unknown; did you mean dataDir?
            maxClientCnxn=1       | maxClientCnxn is unknown; did you mean maxClientCnxns?
            initLimt=5            | initLimt is unknown; did you mean initLimit?
            colour=red            | colour is unknown
            clientPort=abc        | clientPort=abc is not a whole number; allowed is 0 to 65535
            clientPort=70000      | clientPort=70000 is out of range; allowed is 0 to 65535
            tickTime=0            | tickTime=0 is out of range; allowed is 1 to 3600000
            tickTime=             | tickTime= is not a whole number; allowed is 1 to 3600000
            tickTime=99999999999999999999 | tickTime=99999999999999999999 is not a whole number; allowed is 1 to 3600000
            maxClientCnxns=-1     | maxClientCnxns=-1 is out of range; allowed is 0 or more
            minSessionTimeout=0   | minSessionTimeout=0 is out of range; allowed is 1 or more
            minSessionTimeout=90000 | minSessionTimeout=90000 is more than maxSessionTimeout=60000
            forceSync=true        | forceSync=true is not allowed; allowed is yes or no
            jute.maxbuffer=5      | jute.maxbuffer=5 is out of range; allowed is 1024 to 67108864
            server.x=a:1:2        | server.x=x is not a whole number; allowed is 1 to 254
            clientPortAddress=    | clientPortAddress is empty; give a local host name or IP address
            dataDir=              | dataDir= is not a directory; give one, or a path where none is yet
            dynamicConfigFile=nil | dynamicConfigFile=nil: there is no such file
            """)
    void aBadLineIsOneSentence(String line, String message) {
        ConfigException e = assertThrows(ConfigException.class, () -> load(line));

        assertEquals(dir.resolve("zoo.cfg") + ": " + message, e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            clientPort=2181 | dataDir is missing; give the directory of log and snapshots
            dataDir=data    | clientPort is missing; give the port that clients connect to, 0 to 65535
            """)
    void whatIsNeededIsAskedFor(String content, String message) throws IOException {
        Path file = Files.writeString(dir.resolve("zoo.cfg"), content);

        ConfigException e = assertThrows(ConfigException.class, () -> ServerConfig.load(file));

        assertEquals(file + ": " + message, e.getMessage());
    }

    private static final String THREE =
            "server.1=a:1:2\nserver.2=[::1]:2888:3888:observer;0.0.0.0:2181\nserver.3=c:1:2\n";

    @Test
    void severalMembersAreAnEnsemble() throws IOException {
        myId("2");

        ServerConfig config = load(THREE + "quorumListenOnAllIPs=true");

        assertEquals(2, config.memberId());
        assertTrue(config.peersOnAllAddresses());
        assertEquals(
                List.of(
                        new MemberAddress(1, "a", 1, 2, false, ""),
                        new MemberAddress(2, "::1", 2888, 3888, true, "0.0.0.0:2181"),
                        new MemberAddress(3, "c", 1, 2, false, "")),
                config.members());
    }

    @Test
    void membersOfADynamicFileCountToo() throws IOException {
        myId("1");
        Path dynamic = Files.writeString(dir.resolve("zoo.cfg.dynamic"), THREE);

        assertEquals(3, load("dynamicConfigFile=" + dynamic).members().size());
    }

    @Test
    void aMemberMustKnowItsNumber() {
        ConfigException e = assertThrows(ConfigException.class, () -> load(THREE));

        assertEquals(
                dir.resolve("zoo.cfg") + ": there is no file " + dir.resolve("data/myid")
                        + "; it must hold the number of this member",
                e.getMessage());
    }

    @Test
    void aMemberMustBeAmongTheMembers() throws IOException {
        myId("4");

        ConfigException e = assertThrows(ConfigException.class, () -> load(THREE));

        assertEquals(
                dir.resolve("zoo.cfg") + ": the file has server.1, server.2, server.3, but " + dir.resolve("data/myid")
                        + " says that this is member 4",
                e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            server.2=b              | server.2=b is not of the form host:peerPort:electionPort[:participant:observer][;[clientHost:]clientPort]
            server.2=b:x:3          | server.2=b:x:3 is not of the form host:peerPort:electionPort[:participant:observer][;[clientHost:]clientPort]
            server.2=b:1:2:learner  | server.2=b:1:2:learner is not of the form host:peerPort:electionPort[:participant:observer][;[clientHost:]clientPort]
            server.2=b:0:2          | server.2: the port for peers is 1 to 65535, not 0
            weight.1=2              | weight.1 is not supported: every member that votes counts the same
            pinfold.heartbeat=200   | pinfold.heartbeat=200 is more than half of pinfold.electionTimeout=300
            """)
    void aBadLineOfAnEnsembleIsOneSentence(String line, String message) throws IOException {
        myId("1");

        ConfigException e = assertThrows(ConfigException.class, () -> load("server.1=a:1:2\nserver.9=c:1:2\n" + line));

        assertEquals(dir.resolve("zoo.cfg") + ": " + message, e.getMessage().replace("participant|:", "participant:"));
    }

    @Test
    void severalAddressesOfOneMemberAreRefused() {
        ConfigException e = assertThrows(ConfigException.class, () -> MemberAddress.parse(1, "a:1:2|b:1:2"));

        assertEquals("server.1=a:1:2|b:1:2 has several addresses; give one", e.getMessage());
    }

    @Test
    void aMemberOfAnotherEnsembleDoesNotStart() {
        ServerConfig config = ServerConfig.standalone()
                .withMemberId(3)
                .withMembers(List.of(new MemberAddress(1, "127.0.0.1", 2888), new MemberAddress(2, "127.0.0.1", 2889)));

        ConfigException e = assertThrows(ConfigException.class, () -> PinfoldServer.start(config));

        assertEquals("there is no server.3 among the members", e.getMessage());
    }

    private void myId(String text) throws IOException {
        Files.createDirectories(dir.resolve("data"));
        Files.writeString(dir.resolve("data/myid"), text + "\n");
    }

    @Test
    void theOnlyMembersLineMayGiveTheClientAddress() throws IOException {
        Path file = Files.writeString(
                dir.resolve("zoo.cfg"),
                "dataDir=" + dir.resolve("data") + "\nserver.7=localhost:2888:3888;127.0.0.1:2199\n");

        ServerConfig config = ServerConfig.load(file);

        assertEquals(2199, config.clientPort());
        assertEquals("127.0.0.1", config.clientAddress().getHostAddress());
        assertEquals(7, config.memberId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"enforce.auth.enabled", "sessionRequireClientSASLAuth"})
    void aDemandThatClientsLogInIsNotPassedOver(String key) throws IOException {
        ConfigException e = assertThrows(ConfigException.class, () -> load(key + "=true"));

        assertTrue(e.getMessage().contains(key + "=true is not supported: clients that prove nothing would be served"));
        assertEquals(1, load(key + "=false").ignoredKeys().size());
    }

    /** What the guide for administrators of the release names, by its names for a file and for properties of the JVM. */
    @Test
    void everythingThatTunesApacheZooKeeperIsAccepted() throws IOException {
        String keys = """
                advancedFlowControlEnabled bitHashCacheSize clientPortListenBacklog clientTcpKeepAlive cnxTimeout
                commitLogCount commitProcessor.maxCommitBatchSize commitProcessor.maxReadBatchSize
                commitProcessor.numWorkerThreads connectToLearnerMasterLimit connectionDecreaseRatio
                connectionDropDecrease connectionDropIncrease connectionFreezeTime connectionMaxTokens
                connectionTokenFillCount connectionTokenFillTime connection_throttle_decrease_ratio
                connection_throttle_drop_decrease connection_throttle_drop_increase connection_throttle_fill_count
                connection_throttle_fill_time connection_throttle_freeze_time connection_throttle_global_session_weight
                connection_throttle_local_session_weight connection_throttle_renew_session_weight
                connection_throttle_tokens connection_throttle_weight_enabled datadir.autocreate db.autocreate
                digest.enabled electionPortBindRetry enableEagerACLCheck fastleader.maxNotificationInterval
                fastleader.minNotificationInterval flushDelay fsync.warningthresholdms jute.maxbuffer.extrasize
                largeRequestMaxBytes largeRequestThreshold leader.maxConcurrentDiffSyncs leader.maxConcurrentSnapSyncs
                leader.maxTimeToWaitForEpoch leaderServes learner.closeSocketAsync maxBatchSize
                maxConcurrentDiffSyncs maxConcurrentSnapSyncs maxGetChildrenResponseCacheSize
                maxInProcessingDeadWatchers maxResponseCacheSize maxTimeToWaitForEpoch maxWriteQueuePollTime
                messageTracker.BufferSize messageTracker.Enabled multiAddress.enabled
                multiAddress.reachabilityCheckEnabled multiAddress.reachabilityCheckTimeoutMs
                netty.advancedFlowControl.enabled netty.server.outstandingHandshake.limit nio.numSelectorThreads
                nio.numWorkerThreads observer.election.DelayMs observer.reconnectDelayMs observer.syncEnabled
                outstandingHandshake.limit preAllocSize quorumCnxnTimeoutMs requestStaleConnectionCheck
                requestStaleLatencyCheck requestThrottleDropStale requestThrottleLimit requestThrottleStallTime
                request_stale_connection_check request_stale_latency_check request_throttle_drop_stale
                request_throttle_max_requests request_throttle_stall_time request_throttler.shutdownTimeout
                serverCnxnFactory snapSizeLimitInKb snapshot.trust.empty syncEnabled tcpKeepAlive throttledOpWaitTime
                throttled_op_wait_time txnLogSizeLimitInKb watchManagerName watcherCleanIntervalInSeconds
                watcherCleanThreadsNum watcherCleanThreshold""";
        List<String> names = List.of(keys.split("\\s+"));

        ServerConfig config = load(String.join("=1\n", names) + "=1");

        assertEquals(
                names,
                config.ignoredKeys().stream().map(IgnoredKey::key).sorted().toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "initLimit=10",
                "syncLimit=5",
                "server.1=localhost:2888:3888",
                "ssl.context.supplier.class=x",
                "authProvider.1=a.B",
                "emulate353TTLNodes=true",
                "dataLogDir=/x",
                "autopurge.purgeInterval=1"
            })
    void keysOfZooKeeperWithoutEffectAreReported(String line) throws IOException {
        ServerConfig config = load(line);

        assertEquals(1, config.ignoredKeys().size());
        IgnoredKey ignored = config.ignoredKeys().get(0);
        assertEquals(line.substring(0, line.indexOf('=')), ignored.key());
        assertFalse(ignored.reason().isBlank());
    }

    @Test
    void theWhitelistNamesTheWordsThatAreAnswered() throws IOException {
        assertEquals(Set.of("srvr"), load("").fourLetterWords());
        assertEquals(
                Set.of("stat", "mntr"),
                load("4lw.commands.whitelist=stat, mntr").fourLetterWords());
        assertTrue(load("4lw.commands.whitelist=*").fourLetterWords().containsAll(Set.of("ruok", "cons", "wchp")));
    }

    @Test
    void operatorsAreServedOnlyWhenAskedForAndOnLoopbackUnlessToldOtherwise() throws IOException {
        assertNull(load("").adminAddress());
        assertEquals(9000, load("admin.serverPort=9000").adminAddress().getPort(), "who names a port wants it");
        assertNull(load("admin.enableServer=false\nadmin.serverPort=9000").adminAddress());
        assertEquals(
                new InetSocketAddress("127.0.0.1", 8080),
                load("admin.enableServer=true").adminAddress());
        assertEquals(
                new InetSocketAddress("0.0.0.0", 9000),
                load("admin.enableServer=true\nadmin.serverPort=9000\nadmin.serverAddress=0.0.0.0")
                        .adminAddress());
    }

    @Test
    void theExporterOfMetricsHasAnAddressOfItsOwn() throws IOException {
        String provider = "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider";

        assertNull(load("metricsProvider.httpPort=7001").metricsAddress());
        assertEquals(new InetSocketAddress("127.0.0.1", 7000), load(provider).metricsAddress());
        assertEquals(
                new InetSocketAddress("127.0.0.1", 7001),
                load(provider + "\nmetricsProvider.httpPort=7001").metricsAddress());
        assertThrows(ConfigException.class, () -> load("metricsProvider.className=Other"));
    }

    @Test
    void anIgnoredKeyReadsAsASentence() {
        assertEquals("peerType has no effect: why", new IgnoredKey("peerType", "why").toString());
    }

    @Test
    void myidNumbersTheMember() throws IOException {
        Files.createDirectories(dir.resolve("data"));
        Files.writeString(dir.resolve("data/myid"), "42\n");

        assertEquals(42, load("").memberId());
    }

    @Test
    void aBadMyidIsOneSentence() throws IOException {
        Files.createDirectories(dir.resolve("data"));
        Path myId = Files.writeString(dir.resolve("data/myid"), "first\n");

        ConfigException e = assertThrows(ConfigException.class, () -> load(""));

        assertEquals(
                dir.resolve("zoo.cfg") + ": " + myId + "=first is not a whole number; allowed is 1 to 254",
                e.getMessage());
    }

    @Test
    void dataOfZooKeeperIsNotStartedOver() throws IOException {
        Files.createDirectories(dir.resolve("data/version-2"));
        Files.writeString(dir.resolve("data/version-2/snapshot.0"), "");

        ConfigException e = assertThrows(ConfigException.class, () -> load(""));
        ServerConfig embedded = ServerConfig.standalone().withDataDir(dir.resolve("data"));

        assertTrue(e.getMessage().contains("holds data of Apache ZooKeeper"), e.getMessage());
        assertThrows(ConfigException.class, () -> PinfoldServer.start(embedded));
    }

    @Test
    void aMissingFileIsOneSentence() {
        Path file = dir.resolve("none.cfg");

        ConfigException e = assertThrows(ConfigException.class, () -> ServerConfig.load(file));

        assertEquals(file + ": there is no such file", e.getMessage());
    }

    /** Loads a file with the two keys that are needed and some more lines, which win. */
    private ServerConfig load(String lines) throws IOException {
        String content = "dataDir=" + dir.resolve("data") + "\nclientPort=2181\n" + lines + "\n";
        return ServerConfig.load(Files.writeString(dir.resolve("zoo.cfg"), content));
    }

    private record Case<T>(T input, String expected) {
        @Override
        public String toString() {
            return input instanceof String text ? text : expected;
        }
    }
}
