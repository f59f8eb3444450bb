package io.pinfold.server.consensus;

/**
 * A member as a line {@code server.N=host:peerPort:electionPort:role;clients} has it, in Apache ZooKeeper's files and in what it
 * shows to clients. Stateless.
 */
public final class MemberText {
    private static final String KEY = "server.";

    private MemberText() {}

    /**
     * {@return the member of a whole line}
     *
     * @throws IllegalArgumentException if it does not have this form; the message is one sentence
     */
    public static Member parse(String line) {
        int equals = line.indexOf('=');
        if (!line.startsWith(KEY) || equals < 0) {
            throw new IllegalArgumentException(line + " is not of the form server.N=host:peerPort:electionPort");
        }
        try {
            return parse(Integer.parseInt(line.substring(KEY.length(), equals).trim()), line.substring(equals + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(line + ": the number of a member is 1 to 254", e);
        }
    }

    /**
     * {@return the member that the value of a line names}
     *
     * @param id the N of the line
     * @param value {@code host:peerPort:electionPort}, then perhaps {@code :participant} or {@code :observer}, then perhaps a
     *     semicolon and {@code port} or {@code host:port} for clients; an IPv6 address stands in brackets
     * @throws IllegalArgumentException if the value does not have this form; the message is one sentence
     */
    public static Member parse(int id, String value) {
        int semicolon = value.indexOf(';');
        String clients = semicolon < 0 ? "" : value.substring(semicolon + 1).trim();
        String peers = semicolon < 0 ? value : value.substring(0, semicolon);
        if (peers.indexOf('|') >= 0) {
            throw new IllegalArgumentException("server." + id + "=" + value + " has several addresses; give one");
        }
        String[] parts = split(id, value, peers.trim());
        int peerPort = port(id, value, parts[1]);
        int electionPort = parts.length > 2 ? port(id, value, parts[2]) : 0;
        boolean observer = parts.length > 3 && isObserver(id, value, parts[3]);
        return new Member(id, 0, observer, parts[0], peerPort, electionPort, clients);
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

    private static IllegalArgumentException malformed(int id, String value) {
        return new IllegalArgumentException("server." + id + "=" + value
                + " is not of the form host:peerPort:electionPort[:participant|:observer][;[clientHost:]clientPort]");
    }

    /** {@return the line of a member, without its end} */
    public static String line(Member member) {
        String host = member.host().indexOf(':') < 0 ? member.host() : "[" + member.host() + "]";
        return KEY + member.id() + "=" + host + ":" + member.peerPort() + ":" + member.electionPort()
                + (member.observer() ? ":observer" : ":participant")
                + (member.clients().isEmpty() ? "" : ";" + member.clients());
    }
}
