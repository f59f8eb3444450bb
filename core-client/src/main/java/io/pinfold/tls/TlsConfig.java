package io.pinfold.tls;

import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How one end of a connection proves who it is and whom it believes. Immutable: each {@code with} method returns a changed copy.
 * No file is read before it is needed; each is read again when it changes, and what it says then counts for new connections.
 *
 * <p>Files are PEM, or a key store of Java if their name ends in {@code .p12}, {@code .pfx} or {@code .jks}.
 *
 * <pre>{@code
 * TlsConfig client = TlsConfig.defaults().withTrust(Path.of("ca.pem"));
 * TlsConfig server = client.withIdentity(Path.of("server.pem"), Path.of("server-key.pem"));
 * }</pre>
 */
public final class TlsConfig {
    private static final TlsConfig DEFAULTS = new TlsConfig(
            null, null, "", null, "", true, PeerCertificate.NEEDED, List.of("TLSv1.3", "TLSv1.2"), List.of(), null);

    private final @Nullable Path certificates;
    private final @Nullable Path key;
    private final String keyPassword;
    private final @Nullable Path trust;
    private final String trustPassword;
    private final boolean hostNames;
    private final PeerCertificate clients;
    private final List<String> protocols;
    private final List<String> ciphers;
    private final @Nullable Path revoked;

    private TlsConfig(
            @Nullable Path certificates,
            @Nullable Path key,
            String keyPassword,
            @Nullable Path trust,
            String trustPassword,
            boolean hostNames,
            PeerCertificate clients,
            List<String> protocols,
            List<String> ciphers,
            @Nullable Path revoked) {
        this.certificates = certificates;
        this.key = key;
        this.keyPassword = keyPassword;
        this.trust = trust;
        this.trustPassword = trustPassword;
        this.hostNames = hostNames;
        this.clients = clients;
        this.protocols = protocols;
        this.ciphers = ciphers;
        this.revoked = revoked;
    }

    /** Whether a server wants to see a certificate of whoever connects. */
    public enum PeerCertificate {
        /** It is not asked for. */
        NOT_ASKED,
        /** It is asked for, and has to be a good one if there is one. */
        WANTED,
        /** There is no connection without one. */
        NEEDED
    }

    /**
     * {@return TLS 1.3 or 1.2, without an identity, believing the authorities that the JVM believes, comparing host names; a server
     * needs certificates of its clients}
     */
    public static TlsConfig defaults() {
        return DEFAULTS;
    }

    /** {@return the file of one's own certificate and those between it and the authority, or {@code null} for no identity} */
    public @Nullable Path certificates() {
        return certificates;
    }

    /** {@return the file of one's own private key, or {@code null} for no identity} */
    public @Nullable Path key() {
        return key;
    }

    /** {@return what the private key is encrypted with; empty if it is not} */
    public String keyPassword() {
        return keyPassword;
    }

    /** {@return the file of the authorities that are believed, or {@code null} for those of the JVM} */
    public @Nullable Path trust() {
        return trust;
    }

    /** {@return the password of the store of authorities; empty for none} */
    public String trustPassword() {
        return trustPassword;
    }

    /** {@return whether the name that was connected to has to be in the certificate} */
    public boolean hostNamesCompared() {
        return hostNames;
    }

    /** {@return what a server wants of its clients} */
    public PeerCertificate clients() {
        return clients;
    }

    /** {@return the versions of the protocol that are allowed, the best first} */
    public List<String> protocols() {
        return protocols;
    }

    /**
     * {@return the same with an identity}
     *
     * @param certificates the certificate, followed by those between it and the authority
     * @param key its private key as PKCS#8; may be the same file
     */
    public TlsConfig withIdentity(Path certificates, Path key) {
        return withIdentity(certificates, key, "");
    }

    /**
     * {@return the same with an identity whose private key is encrypted}
     *
     * @param certificates the certificate, followed by those between it and the authority
     * @param key its private key as PKCS#8; may be the same file, and has to be if it is a key store
     * @param password of the key, and of the key store if it is one
     */
    public TlsConfig withIdentity(Path certificates, Path key, String password) {
        return new TlsConfig(
                certificates, key, password, trust, trustPassword, hostNames, clients, protocols, ciphers, revoked);
    }

    /**
     * {@return the same, believing other authorities}
     *
     * @param authorities their certificates
     */
    public TlsConfig withTrust(Path authorities) {
        return withTrust(authorities, "");
    }

    /**
     * {@return the same, believing other authorities}
     *
     * @param authorities a key store with their certificates
     * @param password of the key store; empty for none
     */
    public TlsConfig withTrust(Path authorities, String password) {
        return new TlsConfig(
                certificates, key, keyPassword, authorities, password, hostNames, clients, protocols, ciphers, revoked);
    }

    /**
     * {@return the same, comparing host names or not}
     *
     * @param compared {@code false} lets everybody whom an authority believes take the place of a server
     */
    public TlsConfig withHostNamesCompared(boolean compared) {
        return new TlsConfig(
                certificates, key, keyPassword, trust, trustPassword, compared, clients, protocols, ciphers, revoked);
    }

    /**
     * {@return the same for a server that wants something else of its clients}
     *
     * @param wanted what it wants
     */
    public TlsConfig withClients(PeerCertificate wanted) {
        return new TlsConfig(
                certificates, key, keyPassword, trust, trustPassword, hostNames, wanted, protocols, ciphers, revoked);
    }

    /**
     * {@return the same with other versions of the protocol}
     *
     * @param names of {@code TLSv1.3} and {@code TLSv1.2}, the best first
     * @throws IllegalArgumentException if there is none, or another one: what came before is not safe
     */
    public TlsConfig withProtocols(List<String> names) {
        if (names.isEmpty() || !List.of("TLSv1.3", "TLSv1.2").containsAll(names)) {
            throw new IllegalArgumentException("The versions " + names + " are not some of TLSv1.3 and TLSv1.2");
        }
        return new TlsConfig(
                certificates,
                key,
                keyPassword,
                trust,
                trustPassword,
                hostNames,
                clients,
                List.copyOf(names),
                ciphers,
                revoked);
    }

    /** {@return the cipher suites that are allowed, the best first; empty for those that the JVM and netty think good} */
    public List<String> ciphers() {
        return ciphers;
    }

    /**
     * {@return the same with other cipher suites}
     *
     * @param names of suites as Java calls them, the best first, such as {@code TLS_AES_128_GCM_SHA256}; empty for the usual ones
     * @throws IllegalArgumentException if this JVM does not know one of them
     */
    public TlsConfig withCiphers(List<String> names) {
        for (String name : names) {
            if (!known().contains(name)) {
                throw new IllegalArgumentException("This JVM does not know the cipher suite " + name);
            }
        }
        return new TlsConfig(
                certificates,
                key,
                keyPassword,
                trust,
                trustPassword,
                hostNames,
                clients,
                protocols,
                List.copyOf(names),
                revoked);
    }

    /** {@return the file that lists certificates that were called back, or {@code null} if that is not looked at} */
    public @Nullable Path revoked() {
        return revoked;
    }

    /**
     * {@return the same, refusing certificates that were called back}
     *
     * <p>The list has to be one of the authority's, and not too old: without one nobody is believed. It is read again when it
     * changes, and counts for new connections.
     *
     * @param lists a file with lists of revoked certificates, as PEM or DER, one for each authority of {@link #withTrust(Path)}
     */
    public TlsConfig withRevoked(Path lists) {
        return new TlsConfig(
                certificates, key, keyPassword, trust, trustPassword, hostNames, clients, protocols, ciphers, lists);
    }

    private static List<String> known() {
        try {
            return List.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("This JVM has no TLS", e);
        }
    }

    /** {@return the files, without passwords} */
    @Override
    public String toString() {
        return "certificates=" + certificates + " key=" + key + " trust=" + trust + " hostNames=" + hostNames
                + " clients=" + clients + " protocols=" + protocols;
    }
}
