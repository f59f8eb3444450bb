package io.pinfold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.server.TransportSecurity;
import io.pinfold.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Commands that prove who they are. */
@DisabledOnOs(OS.WINDOWS) // permissions of files, and commands that are shell scripts
class SecurityOptionsTest extends CommandScene {
    private static final Path FILES =
            Path.of("..", "testing", "src", "test", "resources", "tls").toAbsolutePath();
    private static final String TRUST = FILES.resolve("ca.pem").toString();
    private static final String ALICE = FILES.resolve("alice.pem").toString();

    private Path secret(String text, String permissions) throws IOException {
        Path file = Files.writeString(dir.resolve("secret"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void serversThatSpeakTlsAreSpokenToWithACertificate() throws Exception {
        Path identity = FILES.resolve("server.pem");
        TlsConfig tls = TlsConfig.defaults().withTrust(Path.of(TRUST)).withIdentity(identity, identity);
        try (PinfoldServer secure = PinfoldServer.start(ServerConfig.standalone()
                .withSecurity(TransportSecurity.defaults().withSecureClients(tls, 0)))) {
            String address = "127.0.0.1:" + secure.secureClientPort();
            Path said = dir.resolve("said");

            Invocation run = Invocation.of(
                    "lock",
                    "-s",
                    address,
                    "--tls-trust",
                    TRUST,
                    "--tls-cert",
                    ALICE,
                    "/secure",
                    "--",
                    "sh",
                    "-c",
                    "echo $PINFOLD_TLS_TRUST $PINFOLD_TLS_CERT > " + said);

            assertEquals(0, run.exitCode(), run.err());
            assertEquals(TRUST + ' ' + ALICE, Files.readString(said).trim());
            Invocation stranger =
                    Invocation.of("why", "-s", address, "--connect-timeout", "300ms", "--tls-trust", TRUST, "/secure");
            assertEquals(69, stranger.exitCode(), stranger.err());
        }
    }

    @Test
    void identitiesComeFromAFileThatOthersCannotRead() throws Exception {
        try (PinfoldClient owner = PinfoldClient.connect(server.connectString())) {
            owner.addAuth("digest", "orders:geheim".getBytes(UTF_8));
            owner.create("/closed", new byte[0], CreateOptions.PERSISTENT.withAcl(Acl.CREATOR_ALL));
        }
        Path secret = secret("digest:orders:geheim\n", "rw-------");

        assertEquals(77, invoke("lock", "/closed/lock", "--", "true").exitCode());
        Invocation run = invoke("lock", "--auth-file", secret.toString(), "/closed/lock", "--", "true");
        assertEquals(0, run.exitCode(), run.err());

        secret("digest:orders:geheim\n", "rw-r-----");
        Invocation open = invoke("lock", "--auth-file", secret.toString(), "/closed/lock", "--", "true");
        assertEquals(2, open.exitCode());
        assertTrue(open.err().contains("others can read " + secret), open.err());
        assertTrue(open.err().lines().count() == 1, open.err());
    }

    @Test
    void whatCannotBeUsedIsOneSentence() throws Exception {
        Invocation missing = invoke("why", "--tls-trust", "/no/such.pem", "/x");
        Invocation pointless = invoke("why", "--tls-key", ALICE, "/x");
        Invocation garbled =
                invoke("why", "--auth-file", secret("orders", "rw-------").toString(), "/x");

        assertEquals(2, missing.exitCode());
        assertEquals("pinfold: --tls-trust: /no/such.pem cannot be read\n", missing.err());
        assertEquals(2, pointless.exitCode());
        assertEquals(2, garbled.exitCode());
        assertTrue(!garbled.err().contains("orders"), garbled.err());
    }
}
