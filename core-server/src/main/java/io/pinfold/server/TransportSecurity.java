package io.pinfold.server;

import io.pinfold.server.transport.Logins;
import io.pinfold.tls.TlsConfig;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a server speaks with clients and peers, and what it lets others hear. Immutable: each {@code with} method returns a changed
 * copy.
 *
 * <p>A server that is told nothing serves clients without TLS, on the loopback interface only: it refuses to start when it would be
 * heard beyond that, unless {@link #withPlaintextClients} or {@link #withPlaintextPeers} allows it.
 */
public final class TransportSecurity {
    private static final TransportSecurity DEFAULTS = new TransportSecurity(new Values());
    private static final int SHORTEST_SECRET = 16;

    private final Values values;

    private TransportSecurity(Values values) {
        this.values = values;
    }

    /** Changed only between being copied and being wrapped. */
    private static final class Values {
        @Nullable
        TlsConfig clients;

        int securePort = -1;

        @Nullable
        InetAddress secureAddress;

        boolean plainPort = true;

        @Nullable
        TlsConfig onPlainPort;

        @Nullable
        TlsConfig peers;

        byte[] peerSecret = {};
        boolean plaintextClients;
        boolean plaintextPeers;
        Map<String, String> saslUsers = Map.of();
        String saslSuperUser = "";
        String certificateSuperUser = "";

        Values copy() {
            Values copy = new Values();
            copy.clients = clients;
            copy.securePort = securePort;
            copy.secureAddress = secureAddress;
            copy.plainPort = plainPort;
            copy.onPlainPort = onPlainPort;
            copy.peers = peers;
            copy.peerSecret = peerSecret;
            copy.plaintextClients = plaintextClients;
            copy.plaintextPeers = plaintextPeers;
            copy.saslUsers = saslUsers;
            copy.saslSuperUser = saslSuperUser;
            copy.certificateSuperUser = certificateSuperUser;
            return copy;
        }
    }

    /** {@return no TLS, and nothing that is heard beyond the loopback interface} */
    public static TransportSecurity defaults() {
        return DEFAULTS;
    }

    /** {@return TLS of the port for clients that have it, or {@code null} for no such port} */
    public @Nullable TlsConfig clients() {
        return values.clients;
    }

    /** {@return the port for clients with TLS; 0 for any free one, −1 for none} */
    public int securePort() {
        return values.securePort;
    }

    /** {@return the address of the port for clients with TLS, or {@code null} for that of the other port} */
    public @Nullable InetAddress secureAddress() {
        return values.secureAddress;
    }

    /** {@return whether there is a port for clients without TLS} */
    public boolean plainPort() {
        return values.plainPort;
    }

    /** {@return TLS of clients that begin with it on the port for clients without it, or {@code null} if that port has none} */
    public @Nullable TlsConfig onPlainPort() {
        return values.onPlainPort;
    }

    /** {@return TLS between peers, or {@code null} for none} */
    public @Nullable TlsConfig peers() {
        return values.peers;
    }

    /** {@return whether peers show each other that they know a secret} */
    public boolean hasPeerSecret() {
        return values.peerSecret.length > 0;
    }

    byte[] peerSecret() {
        return values.peerSecret.clone();
    }

    /** {@return whether clients without TLS may be served beyond the loopback interface} */
    public boolean plaintextClients() {
        return values.plaintextClients;
    }

    /** {@return whether peers may speak without TLS beyond the loopback interface} */
    public boolean plaintextPeers() {
        return values.plaintextPeers;
    }

    /**
     * {@return the same with a port for clients that speaks TLS from the first byte}
     *
     * @param tls with an identity; whether clients need one, too, is {@link TlsConfig#clients()}
     * @param port 0 to 65535; 0 for any free one
     */
    public TransportSecurity withSecureClients(TlsConfig tls, int port) {
        if (tls.certificates() == null) {
            throw new ConfigException("secureClientPort=" + port + " needs a certificate: set ssl.keyStore.location");
        }
        return change(draft -> {
            draft.clients = tls;
            draft.securePort = port;
        });
    }

    /**
     * {@return the same with another address of the port that speaks TLS}
     *
     * @param address a local address, or the wildcard address for all of them
     */
    public TransportSecurity withSecureAddress(InetAddress address) {
        return change(draft -> draft.secureAddress = address);
    }

    /**
     * {@return the same with or without the port that speaks no TLS}
     *
     * @param open {@code false} for none
     */
    public TransportSecurity withPlainPort(boolean open) {
        return change(draft -> draft.plainPort = open);
    }

    /**
     * {@return the same with a plain port that also serves clients that begin with TLS, so that clients can change over one by one}
     *
     * <p>Whoever does not begin with TLS is served without it, so what others may hear is restricted as for any plain port.
     *
     * @param tls with an identity; whether clients need one, too, is {@link TlsConfig#clients()}
     */
    public TransportSecurity withTlsOnPlainPort(TlsConfig tls) {
        if (tls.certificates() == null) {
            throw new ConfigException("client.portUnification=true needs a certificate: set ssl.keyStore.location");
        }
        return change(draft -> draft.onPlainPort = tls);
    }

    /**
     * {@return the same with TLS between peers, who both show certificates}
     *
     * @param tls with an identity that names the host of this member as the others know it, and the authority of all members'
     *     certificates
     */
    public TransportSecurity withSecurePeers(TlsConfig tls) {
        if (tls.certificates() == null) {
            throw new ConfigException("sslQuorum=true needs a certificate: set ssl.quorum.keyStore.location");
        }
        return change(draft -> draft.peers = tls.withClients(TlsConfig.PeerCertificate.NEEDED));
    }

    /**
     * {@return the same with a secret that peers show each other to know before anything else is read}
     *
     * <p>Blocking: reads the file. It does not hide what peers say later; TLS does.
     *
     * @param file a file whose one line is the secret, at least 16 characters, and which others than its owner and group can
     *     neither read nor write
     * @throws ConfigException if the file cannot be read, others have access to it, or it has not exactly one long line
     */
    public TransportSecurity withPeerSecretFile(Path file) {
        byte[] secret = SecretFile.line(file, "the secret of the peers").getBytes(StandardCharsets.UTF_8);
        if (secret.length < SHORTEST_SECRET) {
            throw new ConfigException(file + " holds a secret of " + secret.length + " bytes; it must have "
                    + SHORTEST_SECRET + " or more");
        }
        return change(draft -> draft.peerSecret = secret);
    }

    /**
     * {@return the same, serving clients without TLS also beyond the loopback interface, or not}
     *
     * @param allowed {@code true} where nobody but clients reaches or hears the network
     */
    public TransportSecurity withPlaintextClients(boolean allowed) {
        return change(draft -> draft.plaintextClients = allowed);
    }

    /**
     * {@return the same, speaking to peers without TLS also beyond the loopback interface, or not}
     *
     * @param allowed {@code true} where nobody but peers reaches or hears the network
     */
    public TransportSecurity withPlaintextPeers(boolean allowed) {
        return change(draft -> draft.plaintextPeers = allowed);
    }

    /**
     * {@return the same with users who may log in by SASL's DIGEST-MD5, which does not show the password to who listens}
     *
     * <p>Blocking: reads the file.
     *
     * @param file a file with {@code user:password} in each line, which others than its owner and group can neither read nor
     *     write; empty lines and those that begin with # do not count
     * @throws ConfigException if the file cannot be read, others have access to it, or a line has no colon
     */
    public TransportSecurity withSaslUsersFile(Path file) {
        Map<String, String> users = new TreeMap<>();
        for (String line : SecretFile.lines(file, "users and their passwords")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                users.put(line.substring(0, colon), line.substring(colon + 1));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw new ConfigException(file + " has a line that is not of the form user:password");
            }
        }
        return change(draft -> draft.saslUsers = users);
    }

    /**
     * {@return the same with a super user who logs in by SASL}
     *
     * @param user one of the users; empty for nobody
     */
    public TransportSecurity withSaslSuperUser(String user) {
        return change(draft -> draft.saslSuperUser = user);
    }

    /**
     * {@return the same with a super user who shows a certificate}
     *
     * @param subject the subject of the certificate as RFC 2253 writes it, as {@code CN=admin,O=Example}; empty for nobody
     */
    public TransportSecurity withCertificateSuperUser(String subject) {
        return change(draft -> draft.certificateSuperUser = subject);
    }

    Logins logins() {
        return new Logins(values.saslUsers, values.saslSuperUser, values.certificateSuperUser);
    }

    private TransportSecurity change(Consumer<Values> edit) {
        Values copy = values.copy();
        edit.accept(copy);
        return new TransportSecurity(copy);
    }

    /** Refuses what others could hear although nobody said that they may. */
    void check(InetAddress clients, @Nullable InetAddress peers) {
        if (!values.plainPort && values.clients == null) {
            throw new ConfigException("there is neither a clientPort nor a secureClientPort");
        }
        if (values.plainPort && !values.plaintextClients && !clients.isLoopbackAddress()) {
            throw new ConfigException("clients would be served without TLS on " + clients.getHostAddress()
                    + ", where others can listen: use secureClientPort instead of clientPort, or"
                    + " clientPortAddress=127.0.0.1, or say pinfold.allowPlaintext=clients if the network is safe");
        }
        if (peers != null && values.peers == null && !values.plaintextPeers && !peers.isLoopbackAddress()) {
            throw new ConfigException("peers would be served without TLS on " + peers.getHostAddress()
                    + ", where others can listen: set sslQuorum=true, or say pinfold.allowPlaintext=peers if the"
                    + " network is safe");
        }
    }
}
