package io.pinfold.client;

import io.pinfold.BadArgumentsException;
import io.pinfold.ZnodePath;
import io.pinfold.client.session.ServerAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connect string taken apart: {@code host:port,host2:port,[::1]:2181/chroot}. Immutable.
 *
 * @param servers at least one
 * @param chroot a path without trailing slash, or empty for none
 */
record ConnectString(List<ServerAddress> servers, String chroot) {
    static final int DEFAULT_PORT = 2181;

    /** {@return what a connect string says; fails with a {@link BadArgumentsException} that names the flaw} */
    static ConnectString parse(@Nullable String text) {
        if (text == null || text.isBlank()) {
            throw new BadArgumentsException(null, "The connect string is empty; wanted host:port,host:port/chroot");
        }
        int slash = text.indexOf('/');
        String hosts = slash < 0 ? text : text.substring(0, slash);
        String chroot = slash < 0 ? "" : text.substring(slash).strip();
        if (chroot.equals(ZnodePath.ROOT)) {
            chroot = "";
        }
        String problem = chroot.isEmpty() ? null : ZnodePath.problem(chroot);
        if (problem != null) {
            throw flaw(text, "its chroot \"" + chroot + "\" " + problem);
        }
        List<ServerAddress> servers = new ArrayList<>();
        for (String server : hosts.split(",", -1)) {
            servers.add(server(text, server.strip()));
        }
        return new ConnectString(List.copyOf(servers), chroot);
    }

    private static ServerAddress server(String text, String server) {
        if (server.isEmpty()) {
            throw flaw(text, "it names an empty server");
        }
        if (server.charAt(0) == '[') {
            int end = server.indexOf(']');
            if (end < 2) {
                throw flaw(text, "the address " + server + " has no closing bracket");
            }
            String rest = server.substring(end + 1);
            if (!rest.isEmpty() && rest.charAt(0) != ':') {
                throw flaw(text, "there is \"" + rest + "\" behind the bracket of " + server);
            }
            return new ServerAddress(
                    server.substring(1, end), rest.isEmpty() ? DEFAULT_PORT : port(text, rest.substring(1)));
        }
        int colon = server.indexOf(':');
        if (colon != server.lastIndexOf(':')) {
            throw flaw(text, "the IPv6 address " + server + " needs brackets, as in [::1]:2181");
        }
        String host = colon < 0 ? server : server.substring(0, colon);
        if (host.isEmpty() || !host.chars().allMatch(ConnectString::isHostCharacter)) {
            throw flaw(text, "\"" + host + "\" is no host name");
        }
        return new ServerAddress(host, colon < 0 ? DEFAULT_PORT : port(text, server.substring(colon + 1)));
    }

    private static boolean isHostCharacter(int c) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_';
    }

    private static int port(String text, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // answered below, in the words of the connect string
        }
        throw flaw(text, "\"" + digits + "\" is no port between 1 and 65535");
    }

    private static BadArgumentsException flaw(String text, String flaw) {
        return new BadArgumentsException(null, "The connect string \"" + text + "\" cannot be used: " + flaw);
    }
}
