package io.pinfold.server;

import io.pinfold.server.transport.ClientPort;
import io.pinfold.server.transport.PeerSecurity;
import io.pinfold.tls.TlsConfig;
import io.pinfold.tls.live.LiveTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens to clients. Immutable.
 *
 * @param plain without TLS; null for nowhere
 * @param secure with TLS; null for nowhere
 */
record ListeningAt(
        @Nullable InetSocketAddress plain, @Nullable InetSocketAddress secure) {
    /** Opens what the configuration says; at least one of the two. */
    static ListeningAt open(ClientPort port, ServerConfig config) throws IOException {
        TransportSecurity security = config.security();
        TlsConfig tls = security.clients();
        InetSocketAddress secure = null;
        if (tls != null) {
            InetAddress address = security.secureAddress();
            InetAddress local = address == null ? config.clientAddress() : address;
            secure = port.open(new InetSocketAddress(local, security.securePort()), LiveTls.forServer(tls));
        }
        return new ListeningAt(security.plainPort() ? openPlain(port, config) : null, secure);
    }

    private static InetSocketAddress openPlain(ClientPort port, ServerConfig config) throws IOException {
        InetSocketAddress address = new InetSocketAddress(config.clientAddress(), config.clientPort());
        TlsConfig tls = config.security().onPlainPort();
        return tls == null ? port.open(address, null) : port.openForBoth(address, LiveTls.forServer(tls));
    }

    /** Reads what TLS needs, for nothing but to see that it can be used. */
    static void checkFiles(TransportSecurity security) throws IOException {
        for (@Nullable TlsConfig tls : new TlsConfig[] {security.clients(), security.onPlainPort(), security.peers()}) {
            if (tls != null) {
                LiveTls.forServer(tls).close();
            }
        }
    }

    /** {@return what peers show each other; reads keys and certificates} */
    static PeerSecurity peers(TransportSecurity security) throws IOException {
        TlsConfig tls = security.peers();
        byte[] secret = security.peerSecret();
        return tls == null
                ? new PeerSecurity(null, null, false, secret)
                : new PeerSecurity(LiveTls.forServer(tls), LiveTls.forClient(tls), tls.hostNamesCompared(), secret);
    }

    InetSocketAddress main() {
        return Objects.requireNonNull(plain == null ? secure : plain);
    }

    int securePort() {
        return secure == null ? -1 : secure.getPort();
    }

    /** {@return an address for the log} */
    static String text(@Nullable InetSocketAddress address) {
        return address == null ? "none" : address.getHostString() + ":" + address.getPort();
    }

    String connectString() {
        String host = main().getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + main().getPort();
    }
}
