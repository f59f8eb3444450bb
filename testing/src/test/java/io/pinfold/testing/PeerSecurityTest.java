package io.pinfold.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.server.Ensemble;
import io.pinfold.server.MemberAddress;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.server.TransportSecurity;
import io.pinfold.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that show each other who they are, and strangers who cannot. */
class PeerSecurityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Within this time, two members that believe each other would long have served. */
    private static final Duration LONG_ENOUGH = Duration.ofMillis(1500);

    @TempDir
    private Path directory;

    @Test
    void membersWithCertificatesAndASecretServeAndSurviveTheirLeader() throws Exception {
        TransportSecurity security = tls("server", true).withPeerSecretFile(secret("a", "the same for all members"));
        try (Ensemble ensemble = Ensemble.builder(3)
                        .config(config -> config.withSecurity(security))
                        .start();
                PinfoldClient client = PinfoldClient.connect(ensemble.connectString())) {
            client.create("/a", new byte[] {1});
            ensemble.kill(ensemble.awaitLeader(PATIENCE));
            client.set("/a", new byte[] {2});

            assertArrayEquals(new byte[] {2}, client.get("/a").data());
        }
    }

    @Test
    void membersWithASecretAloneServe() throws Exception {
        TransportSecurity security =
                TransportSecurity.defaults().withPeerSecretFile(secret("a", "the same for all members"));
        assertTrue(serveTogether(true, security, security));
    }

    @Test
    void anotherSecretIsNotBelieved() throws Exception {
        TransportSecurity plain = TransportSecurity.defaults();
        assertFalse(serveTogether(
                false,
                plain.withPeerSecretFile(secret("a", "the secret of the cluster")),
                plain.withPeerSecretFile(secret("b", "the secret of somebody else"))));
    }

    @Test
    void whoHasNoSecretIsNotBelieved() throws Exception {
        TransportSecurity plain = TransportSecurity.defaults();
        assertFalse(serveTogether(false, plain.withPeerSecretFile(secret("a", "the secret of the cluster")), plain));
    }

    @Test
    void aCertificateOfAStrangeAuthorityIsNotBelieved() throws Exception {
        assertFalse(serveTogether(false, tls("server", false), tls("stranger", false)));
    }

    @Test
    void aCertificateOfAnotherHostIsNotBelieved() throws Exception {
        assertFalse(serveTogether(false, tls("server", true), tls("alice", true)));
        assertTrue(serveTogether(true, tls("server", false), tls("alice", false)));
    }

    @Test
    void whoSpeaksNoTlsIsNotBelieved() throws Exception {
        assertFalse(serveTogether(false, tls("server", false), TransportSecurity.defaults()));
    }

    @Test
    void changedCertificatesCountWithoutARestart() throws Exception {
        Path identity = Files.copy(TlsTest.FILES.resolve("server.pem"), directory.resolve("identity.pem"));
        Path trust = Files.copy(TlsTest.FILES.resolve("ca.pem"), directory.resolve("trust.pem"));
        ServerConfig config = ServerConfig.standalone()
                .withMembers(List.of(
                        new MemberAddress(1, "127.0.0.1", FreePort.pick()),
                        new MemberAddress(2, "127.0.0.1", FreePort.pick())))
                .withSecurity(TransportSecurity.defaults()
                        .withSecurePeers(TlsConfig.defaults()
                                .withIdentity(identity, identity)
                                .withTrust(trust)
                                .withHostNamesCompared(false)));
        ServerConfig second = config.withMemberId(2).withDataDir(directory.resolve("second"));
        try (PinfoldServer stays =
                PinfoldServer.start(config.withMemberId(1).withDataDir(directory.resolve("first")))) {
            try (PinfoldServer leaves = PinfoldServer.start(second)) {
                assertTrue(stays.awaitServing(PATIENCE) && leaves.awaitServing(PATIENCE));
            }
            Files.copy(TlsTest.FILES.resolve("stranger.pem"), identity, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(TlsTest.FILES.resolve("other-ca.pem"), trust, StandardCopyOption.REPLACE_EXISTING);
            try (PinfoldServer returns = PinfoldServer.start(second)) {
                assertTrue(returns.awaitServing(PATIENCE), "the one that stayed shows and believes the new ones");
            }
        }
    }

    /** {@return whether two members, one with each security, become an ensemble} */
    private static boolean serveTogether(boolean believed, TransportSecurity one, TransportSecurity other)
            throws Exception {
        List<MemberAddress> members = List.of(
                new MemberAddress(1, "127.0.0.1", FreePort.pick()), new MemberAddress(2, "127.0.0.1", FreePort.pick()));
        ServerConfig config = ServerConfig.standalone().withMembers(members);
        try (PinfoldServer first = PinfoldServer.start(config.withMemberId(1).withSecurity(one));
                PinfoldServer second =
                        PinfoldServer.start(config.withMemberId(2).withSecurity(other))) {
            return first.awaitServing(believed ? PATIENCE : LONG_ENOUGH) && second.awaitServing(PATIENCE);
        }
    }

    private static TransportSecurity tls(String name, boolean hostNames) {
        TlsConfig tls = TlsTest.as(name).withHostNamesCompared(hostNames);
        return TransportSecurity.defaults().withSecurePeers(tls);
    }

    private Path secret(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
