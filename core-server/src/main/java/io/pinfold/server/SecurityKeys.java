package io.pinfold.server;

import io.pinfold.tls.TlsConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a {@code zoo.cfg} that say how a server speaks with clients and peers: ZooKeeper's, and a few of our own. Confined to
 * the thread that loads.
 */
final class SecurityKeys {
    private static final String SECURE_PORT = "secureClientPort";
    private static final String SECURE_ADDRESS = "secureClientPortAddress";
    private static final String BOTH = "client.portUnification";
    private static final String QUORUM = "sslQuorum";
    private static final String SECRET = "pinfold.peerSecretFile";
    private static final String SASL_USERS = "pinfold.saslUsersFile";
    private static final String SASL_SUPER = "superUser";
    private static final String CERTIFICATE_SUPER = "X509AuthenticationProvider.superUser";
    private static final String PLAINTEXT = "pinfold.allowPlaintext";
    private static final List<String> TLS = List.of(
            "keyStore.location",
            "keyStore.password",
            "keyStore.passwordPath",
            "trustStore.location",
            "trustStore.password",
            "trustStore.passwordPath",
            "keyFile",
            "crlFile",
            "clientAuth",
            "hostnameVerification",
            "enabledProtocols",
            "ciphersuites");
    /** Those of them that ZooKeeper does not have. */
    private static final Set<String> OWN = Set.of("keyFile", "crlFile");
    /** What would let in somebody whom it should keep out if it was passed over. */
    private static final List<String> REVOCATION = List.of("crl", "ocsp");

    private final Map<String, String> entries;

    private SecurityKeys(Map<String, String> entries) {
        this.entries = entries;
    }

    /** {@return all keys that are known here, for hints} */
    static Set<String> names() {
        return Set.of(
                SECURE_PORT,
                SECURE_ADDRESS,
                BOTH,
                QUORUM,
                SECRET,
                PLAINTEXT,
                SASL_USERS,
                SASL_SUPER,
                CERTIFICATE_SUPER,
                "ssl.keyStore.location",
                "ssl.clientAuth");
    }

    /** Takes what belongs here out of the entries of a file. */
    static TransportSecurity take(Map<String, String> entries) {
        return new SecurityKeys(entries).read();
    }

    private TransportSecurity read() {
        TransportSecurity security = TransportSecurity.defaults();
        String port = entries.remove(SECURE_PORT);
        String address = entries.remove(SECURE_ADDRESS);
        TlsConfig clients = tls("ssl.");
        TlsConfig peers = tls("ssl.quorum.");
        if (port != null) {
            security = security.withSecureClients(clients, ZooCfg.number(SECURE_PORT, port, 0, 65_535))
                    .withPlainPort(entries.containsKey("clientPort"));
        }
        if (address != null) {
            security = security.withSecureAddress(ZooCfg.address(SECURE_ADDRESS, address));
        }
        String both = entries.remove(BOTH);
        if (both != null && ZooCfg.trueOrFalse(BOTH, both)) {
            security = security.withTlsOnPlainPort(clients);
        }
        String quorum = entries.remove(QUORUM);
        if (quorum != null && ZooCfg.trueOrFalse(QUORUM, quorum)) {
            security = security.withSecurePeers(peers);
        }
        String secret = entries.remove(SECRET);
        return plaintext(logins(secret == null ? security : security.withPeerSecretFile(Path.of(secret))));
    }

    private TransportSecurity logins(TransportSecurity security) {
        TransportSecurity with = security;
        String users = entries.remove(SASL_USERS);
        if (users != null) {
            with = with.withSaslUsersFile(Path.of(users));
        }
        return with.withSaslSuperUser(take(SASL_SUPER)).withCertificateSuperUser(take(CERTIFICATE_SUPER));
    }

    private String take(String key) {
        String value = entries.remove(key);
        return value == null ? "" : value;
    }

    private TransportSecurity plaintext(TransportSecurity security) {
        String allowed = entries.remove(PLAINTEXT);
        if (allowed == null) {
            return security;
        }
        if (!Set.of("none", "clients", "peers", "all").contains(allowed)) {
            throw new ConfigException(
                    PLAINTEXT + "=" + allowed + " is not allowed; allowed is none, clients, peers or all");
        }
        return security.withPlaintextClients(allowed.equals("clients") || allowed.equals("all"))
                .withPlaintextPeers(allowed.equals("peers") || allowed.equals("all"));
    }

    private TlsConfig tls(String prefix) {
        TlsConfig tls = TlsConfig.defaults();
        Map<String, String> given = new TreeMap<>();
        for (String name : TLS) {
            String key = OWN.contains(name) ? "pinfold." + prefix + name : prefix + name;
            String value = entries.remove(key);
            if (value != null) {
                given.put(name, value);
            }
        }
        for (String name : REVOCATION) {
            String value = entries.remove(prefix + name);
            if (value != null && ZooCfg.trueOrFalse(prefix + name, value)) {
                throw new ConfigException(prefix + name + "=true is not supported: a certificate that was called back"
                        + " would be believed; name a list of them by pinfold." + prefix + "crlFile");
            }
        }
        String store = given.get("keyStore.location");
        if (store != null) {
            Path key = Path.of(given.getOrDefault("keyFile", store));
            tls = tls.withIdentity(Path.of(store), key, password(given, "keyStore"));
        }
        String revoked = given.get("crlFile");
        if (revoked != null) {
            tls = tls.withRevoked(Path.of(revoked));
        }
        String trust = given.get("trustStore.location");
        if (trust != null) {
            tls = tls.withTrust(Path.of(trust), password(given, "trustStore"));
        }
        return tls.withClients(clientAuth(prefix, given.get("clientAuth")))
                .withHostNamesCompared(!"false".equals(given.get("hostnameVerification")))
                .withProtocols(protocols(prefix, given.get("enabledProtocols")))
                .withCiphers(ciphers(prefix, given.get("ciphersuites")));
    }

    private static String password(Map<String, String> given, String store) {
        String file = given.get(store + ".passwordPath");
        return file == null
                ? given.getOrDefault(store + ".password", "")
                : SecretFile.line(Path.of(file), "the password of a key store");
    }

    private static TlsConfig.PeerCertificate clientAuth(String prefix, @Nullable String value) {
        return switch (value == null ? "need" : value.toLowerCase(Locale.ROOT)) {
            case "need" -> TlsConfig.PeerCertificate.NEEDED;
            case "want" -> TlsConfig.PeerCertificate.WANTED;
            case "none" -> TlsConfig.PeerCertificate.NOT_ASKED;
            default ->
                throw new ConfigException(
                        prefix + "clientAuth=" + value + " is not allowed; allowed is need, want or none");
        };
    }

    private static List<String> ciphers(String prefix, @Nullable String value) {
        try {
            return value == null
                    ? List.of()
                    : TlsConfig.defaults()
                            .withCiphers(List.of(value.trim().split("\\s*,\\s*")))
                            .ciphers();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(prefix + "ciphersuites=" + value + " is not allowed: " + e.getMessage(), e);
        }
    }

    private static List<String> protocols(String prefix, @Nullable String value) {
        try {
            return value == null
                    ? TlsConfig.defaults().protocols()
                    : TlsConfig.defaults()
                            .withProtocols(List.of(value.split(",")))
                            .protocols();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    prefix + "enabledProtocols=" + value + " is not allowed; allowed is TLSv1.3,TLSv1.2 or one of them",
                    e);
        }
    }
}
