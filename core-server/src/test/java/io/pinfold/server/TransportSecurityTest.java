package io.pinfold.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.tls.TlsConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportSecurityTest {
    private static final InetAddress EVERYWHERE = new InetSocketAddress(0).getAddress();
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path directory;

    @Test
    void clientsAreNotServedBeyondTheLoopbackInterfaceWithoutTlsUnlessThatIsAllowed() {
        ServerConfig heard = ServerConfig.standalone().withClientAddress(EVERYWHERE);

        ConfigException refusal = assertThrows(ConfigException.class, () -> PinfoldServer.start(heard));

        assertEquals(
                "clients would be served without TLS on 0.0.0.0, where others can listen: use secureClientPort instead of"
                        + " clientPort, or clientPortAddress=127.0.0.1, or say pinfold.allowPlaintext=clients if the"
                        + " network is safe",
                refusal.getMessage());
        heard.security().withPlaintextClients(true).check(EVERYWHERE, null);
        heard.security().withPlainPort(false).withSecureClients(identity(), 0).check(EVERYWHERE, null);
    }

    @Test
    void peersAreNotServedBeyondTheLoopbackInterfaceWithoutTlsUnlessThatIsAllowed() throws UnknownHostException {
        TransportSecurity security = TransportSecurity.defaults();
        InetAddress elsewhere = InetAddress.getByName("192.0.2.1");

        ConfigException refusal = assertThrows(ConfigException.class, () -> security.check(LOOPBACK, elsewhere));

        assertEquals(
                "peers would be served without TLS on 192.0.2.1, where others can listen: set sslQuorum=true, or say"
                        + " pinfold.allowPlaintext=peers if the network is safe",
                refusal.getMessage());
        security.check(LOOPBACK, LOOPBACK);
        security.withPlaintextPeers(true).check(LOOPBACK, elsewhere);
        security.withSecurePeers(identity()).check(LOOPBACK, elsewhere);
    }

    @Test
    void aMemberChecksTheAddressThatItListensToPeersOn() {
        ServerConfig member = ServerConfig.standalone()
                .withMembers(List.of(new MemberAddress(1, "127.0.0.1", 1)))
                .withPeersOnAllAddresses(true);

        ConfigException refusal = assertThrows(ConfigException.class, () -> PinfoldServer.start(member));

        assertTrue(refusal.getMessage().startsWith("peers would be served without TLS on 0.0.0.0"));
    }

    @Test
    void onePortForBothNeedsACertificateAndIsHeardByOthersAsAPlainOne() throws IOException {
        TransportSecurity both = load("""
                clientPort=2181
                client.portUnification=true
                ssl.keyStore.location=server.pem
                """);

        assertNotNull(both.onPlainPort());
        assertEquals(Path.of("server.pem"), both.onPlainPort().certificates());
        assertEquals(-1, both.securePort());
        assertNull(load("client.portUnification=false\nclientPort=2181\n").onPlainPort());
        assertThrows(ConfigException.class, () -> both.check(EVERYWHERE, null));
        assertThrows(ConfigException.class, () -> load("client.portUnification=true\nclientPort=2181\n"));
    }

    @Test
    void zooKeepersKeysReachTheirPlace() throws IOException {
        TransportSecurity security = load("""
                secureClientPort=2281
                secureClientPortAddress=127.0.0.1
                ssl.keyStore.location=server.pem
                ssl.keyStore.password=open
                ssl.trustStore.location=ca.p12
                ssl.trustStore.password=sesame
                ssl.clientAuth=want
                ssl.enabledProtocols=TLSv1.3
                ssl.ciphersuites=TLS_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256
                ssl.crl=false
                pinfold.ssl.crlFile=revoked.pem
                sslQuorum=true
                ssl.quorum.keyStore.location=member.pem
                pinfold.ssl.quorum.keyFile=member-key.pem
                ssl.quorum.trustStore.location=ca.pem
                ssl.quorum.hostnameVerification=false
                """);

        TlsConfig clients = security.clients();
        assertNotNull(clients);
        assertEquals(2281, security.securePort());
        assertFalse(security.plainPort());
        assertEquals(Path.of("server.pem"), clients.certificates());
        assertEquals(Path.of("server.pem"), clients.key());
        assertEquals("open", clients.keyPassword());
        assertEquals("sesame", clients.trustPassword());
        assertEquals(TlsConfig.PeerCertificate.WANTED, clients.clients());
        assertEquals(List.of("TLSv1.3"), clients.protocols());
        assertEquals(Path.of("revoked.pem"), clients.revoked());
        assertEquals(List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"), clients.ciphers());
        TlsConfig peers = security.peers();
        assertNotNull(peers);
        assertEquals(Path.of("member-key.pem"), peers.key());
        assertEquals(TlsConfig.PeerCertificate.NEEDED, peers.clients());
        assertFalse(peers.hostNamesCompared());
        assertFalse(clients.toString().contains("open"), "passwords are not shown");
    }

    @Test
    void bothPortsAreOpenIfBothAreGiven() throws IOException {
        assertTrue(load("clientPort=0\nsecureClientPort=0\nssl.keyStore.location=a.pem")
                .plainPort());
        assertNull(load("clientPort=0").clients());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secureClientPort=2281 | secureClientPort=2281 needs a certificate: set ssl.keyStore.location",
                "sslQuorum=true | sslQuorum=true needs a certificate: set ssl.quorum.keyStore.location",
                "ssl.clientAuth=maybe | ssl.clientAuth=maybe is not allowed; allowed is need, want or none",
                "ssl.enabledProtocols=SSLv3 | ssl.enabledProtocols=SSLv3 is not allowed; allowed is TLSv1.3,TLSv1.2 or one"
                        + " of them",
                "ssl.ciphersuites=ROT13 | ssl.ciphersuites=ROT13 is not allowed: This JVM does not know the cipher suite ROT13",
                "ssl.ocsp=true | ssl.ocsp=true is not supported: a certificate that was called back would be believed; name a"
                        + " list of them by pinfold.ssl.crlFile",
                "ssl.quorum.crl=true | ssl.quorum.crl=true is not supported: a certificate that was called back would be believed;"
                        + " name a list of them by pinfold.ssl.quorum.crlFile",
                "pinfold.allowPlaintext=yes | pinfold.allowPlaintext=yes is not allowed; allowed is none, clients, peers or"
                        + " all",
                "secureClientPort=70000 | secureClientPort=70000 is out of range; allowed is 0 to 65535",
                "secureClientPor=1 | secureClientPor is unknown; did you mean secureClientPort?"
            })
    void aBadLineIsOneSentence(String lineAndSentence) {
        String[] parts = lineAndSentence.split(" \\| ");

        ConfigException refusal = assertThrows(ConfigException.class, () -> load("clientPort=0\n" + parts[0]));

        assertTrue(refusal.getMessage().endsWith(": " + parts[1]), refusal.getMessage());
    }

    @Test
    void aSecretThatIsShortIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), "short\n");
        file.toFile().setReadable(false, false);
        file.toFile().setReadable(true, true);

        ConfigException refusal = assertThrows(
                ConfigException.class, () -> TransportSecurity.defaults().withPeerSecretFile(file));

        assertEquals(file + " holds a secret of 5 bytes; it must have 16 or more", refusal.getMessage());
    }

    private static TlsConfig identity() {
        return TlsConfig.defaults().withIdentity(Path.of("a.pem"), Path.of("a.pem"));
    }

    private TransportSecurity load(String lines) throws IOException {
        Path file =
                Files.writeString(directory.resolve("zoo.cfg"), "dataDir=" + directory.resolve("data") + "\n" + lines);
        return ServerConfig.load(file).security();
    }
}
