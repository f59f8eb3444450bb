package io.pinfold.server.engine;

/**
 * When a session ends if nobody hears from its client, and who carries it. Only the leader has leases; the replicated part
 * of a session is in the tree. Confined to the node loop.
 */
final class SessionLease {
    final long id;
    long timeoutNanos;
    /** When the client was last heard of. */
    long touchedNanos;
    /** The tick under which this lease is looked at next. */
    long filedUnder;
    /** Whether the end of the session is on its way through the log. */
    boolean closing;
    /** The member to which the client is connected; 0 if that is not known. */
    int member;
    /** That member's number of the connection. */
    long connection;

    SessionLease(long id) {
        this.id = id;
    }

    void ownedBy(int byMember, long byConnection) {
        member = byMember;
        connection = byConnection;
    }

    boolean isOwnedBy(int byMember, long byConnection) {
        return member == byMember && connection == byConnection;
    }
}
