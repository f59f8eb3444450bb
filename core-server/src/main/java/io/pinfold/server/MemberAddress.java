package io.pinfold.server;

/**
 * One line {@code server.N=host:peerPort:electionPort:role;clients} of an ensemble's configuration. Immutable. Values out of
 * range are refused with a {@link ConfigException} that names the line.
 *
 * @param id number of the member, 1 to 254
 * @param host host name or address on which its peers reach it; looked up anew for every attempt to connect
 * @param peerPort port on which its peers reach it, 1 to 65535
 * @param electionPort kept because Apache ZooKeeper's format has it; nothing listens there
 * @param observer whether it only learns and has no vote
 * @param clients where clients connect, as {@code host:port} or {@code port}; empty when the ensemble need not know
 */
public record MemberAddress(int id, String host, int peerPort, int electionPort, boolean observer, String clients) {
    /**
     * Checks the values.
     *
     * @param id number of the member, 1 to 254
     * @param host host name or address on which its peers reach it
     * @param peerPort port on which its peers reach it, 1 to 65535
     * @param electionPort of no effect
     * @param observer whether it only learns and has no vote
     * @param clients where clients connect, or empty
     */
    public MemberAddress {
        if (id < 1 || id > 254) {
            throw new ConfigException("server." + id + ": the number of a member is 1 to 254");
        }
        if (host.isBlank()) {
            throw new ConfigException("server." + id + " has no host");
        }
        if (peerPort < 1 || peerPort > 65_535) {
            throw new ConfigException("server." + id + ": the port for peers is 1 to 65535, not " + peerPort);
        }
    }

    /**
     * A member that votes and whose address for clients need not be known.
     *
     * @param id number of the member, 1 to 254
     * @param host host name or address on which its peers reach it
     * @param peerPort port on which its peers reach it, 1 to 65535
     */
    public MemberAddress(int id, String host, int peerPort) {
        this(id, host, peerPort, 0, false, "");
    }

    /**
     * {@return the member that the value of a {@code server.N} line names}
     *
     * @param id the N of the line
     * @param value {@code host:peerPort:electionPort}, then perhaps {@code :participant} or {@code :observer}, then perhaps a
     *     semicolon and {@code port} or {@code host:port} for clients; an IPv6 address stands in brackets
     * @throws ConfigException if the value does not have this form
     */
    public static MemberAddress parse(int id, String value) {
        int semicolon = value.indexOf(';');
        String clients = semicolon < 0 ? "" : value.substring(semicolon + 1).trim();
        String peers = semicolon < 0 ? value : value.substring(0, semicolon);
        if (peers.indexOf('|') >= 0) {
            throw new ConfigException("server." + id + "=" + value + " has several addresses; give one");
        }
        String[] parts = split(id, value, peers.trim());
        return new MemberAddress(
                id,
                parts[0],
                port(id, value, parts[1]),
                parts.length > 2 ? port(id, value, parts[2]) : 0,
                parts.length > 3 && isObserver(id, value, parts[3]),
                clients);
    }

    private static String[] split(int id, String value, String peers) {
        int hostEnd = peers.startsWith("[") ? peers.indexOf(']') + 1 : peers.indexOf(':');
        String[] parts = hostEnd <= 0 ? new String[0] : peers.substring(hostEnd).split(":", -1);
        if (parts.length < 2 || parts.length > 4 || !parts[0].isEmpty()) {
            throw malformed(id, value);
        }
        String host = peers.substring(0, hostEnd);
        parts[0] = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return parts;
    }

    private static int port(int id, String value, String text) {
        try {
            return Integer.parseInt(text.trim());
        } catch (NumberFormatException e) {
            throw malformed(id, value);
        }
    }

    private static boolean isObserver(int id, String value, String role) {
        if (!role.equals("observer") && !role.equals("participant")) {
            throw malformed(id, value);
        }
        return role.equals("observer");
    }

    private static ConfigException malformed(int id, String value) {
        return new ConfigException("server." + id + "=" + value
                + " is not of the form host:peerPort:electionPort[:participant|:observer][;[clientHost:]clientPort]");
    }
}
