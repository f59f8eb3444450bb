package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.PinfoldException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.server.ConfigException;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.server.TransportSecurity;
import io.pinfold.tls.TlsConfig;
import io.pinfold.tls.TlsConfig.PeerCertificate;
import io.pinfold.tls.live.CertificateNames;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks TLS with its clients, and whom it does not speak with. */
class TlsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    static final Path FILES = Path.of("src", "test", "resources", "tls");
    private static final TlsConfig NOBODY = TlsConfig.defaults().withTrust(FILES.resolve("ca.pem"));
    private static final TlsConfig ALICE = as("alice");

    @TempDir
    private Path directory;

    private Path identity;
    private PinfoldServer server;

    static TlsConfig as(String name) {
        Path file = FILES.resolve(name + ".pem");
        return NOBODY.withIdentity(file, file);
    }

    @BeforeEach
    void start() throws IOException {
        identity = Files.copy(FILES.resolve("server.pem"), directory.resolve("server.pem"));
        server = serve(NOBODY.withIdentity(identity, identity));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static PinfoldServer serve(TlsConfig tls) throws IOException {
        return PinfoldServer.start(ServerConfig.standalone()
                .withSecurity(TransportSecurity.defaults().withSecureClients(tls, 0)));
    }

    private static PinfoldClient client(PinfoldServer server, TlsConfig tls) {
        return PinfoldClient.builder("127.0.0.1:" + server.secureClientPort())
                .tls(tls)
                .operationTimeout(Duration.ofSeconds(30))
                .build();
    }

    @Test
    void ourClientSpeaksTls() throws Exception {
        byte[] much = new byte[700_000];
        try (PinfoldClient alice = client(server, ALICE);
                PinfoldClient plain = PinfoldClient.connect(server.connectString())) {
            alice.create("/much", much);

            assertArrayEquals(much, plain.get("/much").data());
            assertArrayEquals(much, alice.get("/much").data());
        }
    }

    @Test
    void bothVersionsOfTlsAreSpokenUnlessOneIsWanted() throws Exception {
        TlsConfig earlier = ALICE.withProtocols(List.of("TLSv1.2"));
        TlsConfig later = ALICE.withProtocols(List.of("TLSv1.3"));
        for (TlsConfig version : List.of(earlier, later)) {
            try (PinfoldClient alice = client(server, version)) {
                assertTrue(alice.exists("/").isPresent());
            }
        }
        try (PinfoldServer modern =
                serve(NOBODY.withIdentity(identity, identity).withProtocols(List.of("TLSv1.3")))) {
            assertNotServed(modern, earlier);
            try (PinfoldClient alice = client(modern, later)) {
                assertTrue(alice.exists("/").isPresent());
            }
        }
    }

    @Test
    void onePortSpeaksWithBothIfThatIsWanted() throws Exception {
        TlsConfig tls = NOBODY.withIdentity(identity, identity).withClients(PeerCertificate.NEEDED);
        try (PinfoldServer both = PinfoldServer.start(ServerConfig.standalone()
                        .withClientPort(0)
                        .withSecurity(TransportSecurity.defaults().withTlsOnPlainPort(tls)));
                PinfoldClient plain = PinfoldClient.connect(both.connectString());
                PinfoldClient alice = PinfoldClient.builder(both.connectString())
                        .tls(ALICE)
                        .operationTimeout(SOON)
                        .build()) {
            plain.create("/both", "x".getBytes(UTF_8));
            assertArrayEquals("x".getBytes(UTF_8), alice.get("/both").data());
            assertTrue(alice.whoAmI().toString().contains("CN=alice"), "known by her certificate");
            assertFalse(plain.whoAmI().toString().contains("CN=alice"));
            int port = Integer.parseInt(both.connectString().split(":")[1]);
            assertTrue(FourLetterWord.ask(port, "srvr", SOON).contains("Zookeeper version"), "four bytes are enough");
            ZooKeeper stock = StockClient.connect("127.0.0.1:" + port, 30_000, stockTls());
            try {
                assertArrayEquals("x".getBytes(UTF_8), stock.getData("/both", false, null));
            } finally {
                stock.close();
            }
        }
    }

    @Test
    void operatorsSeeWhoSpeaksTls() throws Exception {
        TlsConfig tls = NOBODY.withIdentity(identity, identity).withClients(PeerCertificate.NEEDED);
        try (PinfoldServer both = PinfoldServer.start(ServerConfig.standalone()
                        .withClientPort(0)
                        .withAdminAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withSecurity(TransportSecurity.defaults().withTlsOnPlainPort(tls)));
                PinfoldClient plain = PinfoldClient.connect(both.connectString());
                PinfoldClient alice = PinfoldClient.builder(both.connectString())
                        .tls(ALICE)
                        .operationTimeout(SOON)
                        .build()) {
            plain.exists("/");
            alice.exists("/");
            URI uri = URI.create("http://127.0.0.1:" + both.adminAddress().getPort() + "/commands/connections");
            String[] lists = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .split("secure_connections");
            assertTrue(lists[0].contains(session(plain)) && !lists[0].contains(session(alice)), lists[0]);
            assertTrue(lists[1].contains(session(alice)) && !lists[1].contains(session(plain)), lists[1]);
        }
    }

    private static String session(PinfoldClient client) {
        return "\"session_id\" : " + client.session().id() + ",";
    }

    private static ZKClientConfig stockTls() {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty("zookeeper.client.secure", "true");
        config.setProperty("zookeeper.clientCnxnSocket", "org.apache.zookeeper.ClientCnxnSocketNetty");
        config.setProperty(
                "zookeeper.ssl.keyStore.location", FILES.resolve("alice.pem").toString());
        config.setProperty(
                "zookeeper.ssl.trustStore.location", FILES.resolve("ca.pem").toString());
        return config;
    }

    @Test
    void aClientCanBeMadeBeforeThereAreFilesOrServers() {
        TlsConfig tls = TlsConfig.defaults()
                .withTrust(Path.of("ca.pem"))
                .withIdentity(Path.of("client.pem"), Path.of("client-key.pem"));
        PinfoldClient client =
                PinfoldClient.builder("one.example:2281").tls(tls).build();
        client.close();
    }

    @Test
    void theReleasedZooKeeperClientSpeaksTls() throws Exception {
        ZooKeeper zooKeeper = StockClient.connect("127.0.0.1:" + server.secureClientPort(), 30_000, stockTls());
        try {
            zooKeeper.create(
                    "/stock",
                    "x".getBytes(UTF_8),
                    ZooDefs.Ids.OPEN_ACL_UNSAFE,
                    org.apache.zookeeper.CreateMode.PERSISTENT);
            assertArrayEquals("x".getBytes(UTF_8), zooKeeper.getData("/stock", false, null));
        } finally {
            zooKeeper.close();
        }
    }

    @Test
    void whoShowsNoCertificateIsNotServedWhereOneIsNeeded() {
        assertNotServed(server, NOBODY);
    }

    @Test
    void aCertificateOfAStrangeAuthorityIsNotBelieved() {
        assertNotServed(server, as("stranger"));
    }

    @Test
    void whoShowsNoCertificateIsServedWhereNoneIsNeeded() throws Exception {
        TlsConfig open = NOBODY.withIdentity(identity, identity).withClients(PeerCertificate.NOT_ASKED);
        try (PinfoldServer lenient = serve(open);
                PinfoldClient client = client(lenient, NOBODY)) {
            client.create("/a", new byte[0], CreateMode.EPHEMERAL);
        }
    }

    @Test
    void aServerOfAnotherNameIsBelievedOnlyByThoseWhoDoNotCompareNames() throws Exception {
        Path file = FILES.resolve("elsewhere.pem");
        try (PinfoldServer elsewhere = serve(NOBODY.withIdentity(file, file))) {
            assertNotServed(elsewhere, ALICE);
            try (PinfoldClient careless = client(elsewhere, ALICE.withHostNamesCompared(false))) {
                careless.create("/a", new byte[0]);
            }
        }
    }

    @Test
    void aServerOfAStrangeAuthorityIsNotBelieved() throws Exception {
        Path file = FILES.resolve("stranger.pem");
        try (PinfoldServer stranger = serve(NOBODY.withIdentity(file, file))) {
            assertNotServed(stranger, ALICE);
        }
    }

    @Test
    void aCertificateThatWasCalledBackIsRefusedOnBothSides() throws Exception {
        TlsConfig careful = TlsConfig.defaults()
                .withTrust(FILES.resolve("revoking-ca.pem"))
                .withRevoked(FILES.resolve("revoking-list.pem"));
        Path mine = FILES.resolve("revoking-server.pem");
        Path good = FILES.resolve("revoking-kept.pem");
        Path bad = FILES.resolve("revoking-called-back.pem");
        try (PinfoldServer heedful = serve(careful.withIdentity(mine, mine));
                PinfoldServer revoked = serve(careful.withIdentity(bad, bad));
                PinfoldClient kept = client(heedful, careful.withIdentity(good, good))) {
            kept.create("/kept", new byte[0]);
            assertNotServed(heedful, careful.withIdentity(bad, bad));
            assertNotServed(revoked, careful.withIdentity(good, good));
        }
    }

    @Test
    void changedFilesCountForNewConnectionsWithoutARestart() throws Exception {
        try (PinfoldClient before = client(server, ALICE)) {
            before.create("/before", new byte[0]);
            Files.copy(FILES.resolve("stranger.pem"), identity, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            TlsConfig strange = ALICE.withTrust(FILES.resolve("other-ca.pem"));

            try (PinfoldClient after = client(server, strange)) {
                after.create("/after", new byte[0]);
            }
            before.create("/still-there", new byte[0]);
        }
    }

    @Test
    void filesThatMakeNoSenseChangeNothing() throws Exception {
        Files.writeString(identity, "nonsense");
        Awaitility.await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
        try (PinfoldClient client = client(server, ALICE)) {
            client.create("/a", new byte[0]);
        }
    }

    @Test
    void whoeverSpeaksNoTlsIsHungUpOn() throws Exception {
        try (HealthyClient healthy = new HealthyClient(server.clientPort());
                RawConnection plain = RawConnection.open(server.secureClientPort())) {
            plain.sendFrame(RawSession.connectRequest(Duration.ofSeconds(10), new byte[24]));

            assertTrue(plain.awaitClose(SOON));
            healthy.assertUndisturbed();
        }
    }

    @Test
    void whoEndsTheConnectionInTheHandshakeDisturbsNobody() throws Exception {
        try (HealthyClient healthy = new HealthyClient(server.clientPort())) {
            for (int i = 0; i < 20; i++) {
                try (RawConnection rude = RawConnection.open(server.secureClientPort())) {
                    rude.send(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00});
                }
            }
            healthy.assertUndisturbed();
        }
    }

    @Test
    void keysThatCannotBeReadAreOneSentence() throws IOException {
        Path nonsense = Files.writeString(directory.resolve("nonsense.pem"), "nonsense");

        ConfigException refusal =
                assertThrows(ConfigException.class, () -> serve(NOBODY.withIdentity(nonsense, nonsense)));

        assertTrue(refusal.getMessage().startsWith(nonsense + " and " + nonsense + " cannot be used for TLS: "));
    }

    @Test
    void certificatesNameTheirHosts() throws Exception {
        X509Certificate here = certificate("server");
        X509Certificate elsewhere = certificate("elsewhere");

        assertTrue(CertificateNames.match(here, "127.0.0.1"));
        assertTrue(CertificateNames.match(here, "LocalHost"));
        assertFalse(CertificateNames.match(here, "127.0.0.2"));
        assertFalse(CertificateNames.match(here, "server.example"), "the common name is no host");
        assertTrue(CertificateNames.match(elsewhere, "elsewhere.example"));
        assertFalse(CertificateNames.match(elsewhere, "127.0.0.1"));
    }

    private static X509Certificate certificate(String name) throws Exception {
        try (FileInputStream in =
                new FileInputStream(FILES.resolve(name + ".pem").toFile())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static void assertNotServed(PinfoldServer server, TlsConfig tls) {
        try (PinfoldClient client = PinfoldClient.builder("127.0.0.1:" + server.secureClientPort())
                .tls(tls)
                .operationTimeout(Duration.ofMillis(700))
                .build()) {
            assertThrows(PinfoldException.class, () -> client.create("/refused", new byte[0]));
        }
        try (PinfoldClient plain = PinfoldClient.connect(server.connectString())) {
            assertFalse(plain.exists("/refused").isPresent());
        }
        assertEquals(true, server.isServing());
    }
}
