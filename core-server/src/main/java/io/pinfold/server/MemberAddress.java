package io.pinfold.server;

import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.MemberText;
import java.nio.file.Path;
import java.util.List;

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
     * {@return the members that the {@code server.N} lines of a {@code zoo.cfg} name, or of the dynamic configuration that it
     * refers to, by number; empty if there are none}
     *
     * @param file the file
     * @throws ConfigException if it cannot be read, or a line does not have the form
     */
    public static List<MemberAddress> readAll(Path file) {
        return ZooCfg.members(file);
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
        Member member;
        try {
            member = MemberText.parse(id, value);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
        return new MemberAddress(
                id, member.host(), member.peerPort(), member.electionPort(), member.observer(), member.clients());
    }
}
