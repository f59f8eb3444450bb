package io.pinfold.client.session;

/**
 * Where a server listens, before its name is resolved. Immutable.
 *
 * @param host a name, or an address without brackets
 * @param port the TCP port
 */
public record ServerAddress(String host, int port) {
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
    }
}
