package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.AuthFailedException;
import io.pinfold.AuthId;
import io.pinfold.NoAuthException;
import io.pinfold.SessionExpiredException;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.server.TransportSecurity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestLoginModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Clients who prove who they are by SASL or by a certificate. Alone, because the released client has one way for the whole JVM. */
@Isolated
class LoginTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private PinfoldServer server;

    @BeforeEach
    void start() throws Exception {
        Path users = Files.writeString(directory.resolve("users"), "# users\nbob:bobs password\nadmin:secret\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        server = PinfoldServer.start(ServerConfig.standalone()
                .withSecurity(TransportSecurity.defaults()
                        .withSecureClients(TlsTest.as("server"), 0)
                        .withCertificateSuperUser("CN=renewed.example,O=Pinfold")
                        .withSaslUsersFile(users)
                        .withSaslSuperUser("admin")));
    }

    @AfterEach
    void stop() {
        Configuration.setConfiguration(null);
        server.close();
    }

    @Test
    void theReleasedClientLogsInBySaslAndItsZnodesAreItsOwn() throws Exception {
        ZooKeeper bob = login("bob", "bobs password");
        bob.create("/bobs", "x".getBytes(UTF_8), ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);

        assertEquals(
                List.of(new ACL(ZooDefs.Perms.ALL, new Id("sasl", "bob"))),
                bob.getACL("/bobs", new org.apache.zookeeper.data.Stat()));
        assertArrayEquals("x".getBytes(UTF_8), bob.getData("/bobs", false, null));
        try (PinfoldClient stranger = PinfoldClient.connect(server.connectString())) {
            assertThrows(NoAuthException.class, () -> stranger.get("/bobs"));
        }
        ZooKeeper admin = login("admin", "secret");
        admin.delete("/bobs", -1);
        bob.close();
        admin.close();
    }

    @Test
    void ourClientLogsInBySaslAndItsZnodesAreItsOwn() throws Exception {
        logsIn(server.connectString());
    }

    @Test
    void ourClientLogsInToApacheZooKeeper() throws Exception {
        Path jaas = Files.writeString(directory.resolve("jaas.conf"), """
                Server {
                    org.apache.zookeeper.server.auth.DigestLoginModule required user_bob="bobs password";
                };
                """);
        try (ApacheZooKeeper zooKeeper = ApacheZooKeeper.builder()
                .systemProperty("java.security.auth.login.config", jaas.toString())
                .systemProperty("zookeeper.fips-mode", "false")
                .systemProperty(
                        "zookeeper.authProvider.1", "org.apache.zookeeper.server.auth.SASLAuthenticationProvider")
                .start()) {
            logsIn(zooKeeper.connectString());
        }
    }

    private static void logsIn(String servers) throws Exception {
        try (PinfoldClient bob = PinfoldClient.builder(servers)
                .sasl("bob", "bobs password"::toCharArray)
                .build()) {
            bob.create("/hers", new byte[] {1}, CreateOptions.PERSISTENT.withAcl(Acl.CREATOR_ALL));
            assertEquals(List.of(new Acl(Acl.ALL, "sasl", "bob")), bob.getAcl("/hers"));
        }
        try (PinfoldClient mallory = PinfoldClient.builder(servers)
                .sasl("bob", "guessed"::toCharArray)
                .build()) {
            assertThrows(AuthFailedException.class, () -> mallory.get("/hers"));
            assertThrows(AuthFailedException.class, () -> mallory.get("/"));
        }
        try (PinfoldClient stranger = PinfoldClient.connect(servers)) {
            assertThrows(NoAuthException.class, () -> stranger.get("/hers"));
        }
    }

    private interface Secrets {
        char[] password(String user);
    }

    @Test
    void aClientCanBeMadeBeforeItIsKnownWhetherThePasswordIsRight() {
        Secrets secrets = String::toCharArray;
        PinfoldClient bob = PinfoldClient.builder("127.0.0.1:2181")
                .sasl("bob", () -> secrets.password("bob"))
                .build();
        bob.close();
    }

    @Test
    void ourClientDoesNotGoOnAsNobodyWhereNobodyLogsIn() throws Exception {
        try (PinfoldServer open = PinfoldServer.start(ServerConfig.standalone());
                PinfoldClient bob = PinfoldClient.builder(open.connectString())
                        .sasl("bob", "bobs password"::toCharArray)
                        .build()) {
            assertThrows(AuthFailedException.class, () -> bob.get("/"));
        }
    }

    @Test
    void ourClientLogsInAgainOnEachConnection() throws Exception {
        try (PinfoldClient bob = PinfoldClient.builder(server.connectString())
                .sasl("bob", "bobs password"::toCharArray)
                .build()) {
            bob.create("/bobs", null, CreateOptions.PERSISTENT.withAcl(Acl.CREATOR_ALL));
            assertTrue(server.dropConnection(bob.session().id()));
            assertEquals(0, bob.get("/bobs").version());
            assertTrue(server.expireSession(bob.session().id()));
            await().ignoreExceptionsInstanceOf(SessionExpiredException.class)
                    .until(() -> bob.get("/bobs").version() == 0);
        }
    }

    @Test
    void aWrongPasswordIsTold() throws Exception {
        configure("bob", "guessed");
        BlockingQueue<KeeperState> states = new LinkedBlockingQueue<>();
        ZooKeeper mallory =
                new ZooKeeper(server.connectString(), 30_000, event -> states.add(event.getState()), sasl());

        KeeperState state = states.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        while (state == KeeperState.SyncConnected) {
            state = states.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        }

        assertEquals(KeeperState.AuthFailed, state);
        assertThrows(KeeperException.AuthFailedException.class, () -> mallory.exists("/", false));
        mallory.close();
    }

    @Test
    void aCertificateIsAnIdentity() throws Exception {
        List<Acl> alicesOwn = List.of(new Acl(Acl.ALL, "x509", "CN=alice,O=Pinfold"));
        try (PinfoldClient alice = client("alice");
                PinfoldClient other = client("elsewhere");
                PinfoldClient administrator = client("renewed")) {
            alice.create("/alices", new byte[] {1}, CreateOptions.PERSISTENT.withAcl(Acl.CREATOR_ALL));

            assertEquals(alicesOwn, alice.getAcl("/alices"));
            assertTrue(alice.whoAmI().contains(new AuthId("x509", "CN=alice,O=Pinfold")));
            assertThrows(NoAuthException.class, () -> other.get("/alices"));
            assertArrayEquals(new byte[] {1}, administrator.get("/alices").data());
        }
    }

    private PinfoldClient client(String name) {
        return PinfoldClient.builder("127.0.0.1:" + server.secureClientPort())
                .tls(TlsTest.as(name))
                .build();
    }

    private ZooKeeper login(String user, String password) throws Exception {
        configure(user, password);
        BlockingQueue<KeeperState> states = new LinkedBlockingQueue<>();
        ZooKeeper client = new ZooKeeper(server.connectString(), 30_000, event -> states.add(event.getState()), sasl());
        assertEquals(KeeperState.SyncConnected, states.poll(SOON.toSeconds(), TimeUnit.SECONDS));
        return client;
    }

    private static ZKClientConfig sasl() {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "true");
        config.setProperty("zookeeper.fips-mode", "false"); // with which the client knows no MD5
        return config;
    }

    /** Where ZooKeeper's client finds its password. */
    private static void configure(String user, String password) {
        AppConfigurationEntry entry = new AppConfigurationEntry(
                DigestLoginModule.class.getName(),
                AppConfigurationEntry.LoginModuleControlFlag.REQUIRED,
                Map.of("username", user, "password", password));
        Configuration.setConfiguration(new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return name.equals("Client") ? new AppConfigurationEntry[] {entry} : null;
            }
        });
    }
}
