package io.pinfold.server.consensus;

/**
 * A member as the membership knows it. Immutable.
 *
 * @param id number, 1 to 254
 * @param incarnation the data directory whose votes and acknowledgements count; 0 while that is not known
 * @param observer whether it only ever learns
 * @param host host name or address for peers
 * @param peerPort port for peers
 * @param electionPort kept because Apache ZooKeeper's format has it; nothing listens there
 * @param clients where clients connect, as {@code host:port} or {@code port}; empty when not known
 */
public record Member(
        int id, long incarnation, boolean observer, String host, int peerPort, int electionPort, String clients) {
    /** {@return this member with another data directory} */
    public Member withIncarnation(long other) {
        return new Member(id, other, observer, host, peerPort, electionPort, clients);
    }
}
