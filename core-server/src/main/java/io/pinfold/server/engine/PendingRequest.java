package io.pinfold.server.engine;

import io.pinfold.AuthId;
import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.wire.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request whose reply must wait: for the leader's decision and for the log, or for an earlier request of the same
 * connection. Confined to the node loop.
 */
final class PendingRequest {
    /** What is wanted. The numbers are those of the link between members. */
    enum Kind {
        /** A change. */
        WRITE(1),
        /** That everything committed until now is seen. */
        SYNC(2),
        /** That the session lives. */
        PING(3),
        /** A new session. */
        CREATE_SESSION(4),
        /** A session that exists. */
        ATTACH(5),
        /** Only its turn. */
        READ(0),
        /** Only its turn, to be told what became of credentials. */
        CREDENTIALS(0),
        /** Only its turn, to be told that it was no request. */
        UNREADABLE(0);

        final int number;

        Kind(int number) {
            this.number = number;
        }

        /** Whether the leader decides. */
        boolean isDecided() {
            return number != 0;
        }

        /**
         * Whether that needs a quorum to confirm that the leader still leads. An old leader must not welcome a session that
         * another leader already works for: what the client sent before, and takes for undone, would happen behind its back.
         */
        boolean isConfirmed() {
            return this == SYNC || this == PING || this == ATTACH;
        }
    }

    final Kind kind;
    final Connection connection;
    final int xid;
    /** {@code null} where the kind says everything. */
    final @Nullable Request request;
    /** As whom the client asked; what it authenticates as later is for later requests. */
    final List<AuthId> identities;
    /** What this keeps in memory. */
    int bytes;
    /** When it arrived. */
    long arrivedNanos;
    /** Number under which the decision is awaited. */
    long seq;

    // ---- the decision ----

    boolean decided;
    /** May be answered when everything up to here is applied; with {@link #logged}, is applied by exactly this. */
    long zxid;

    boolean logged;
    ErrorCode refusal = ErrorCode.OK;

    @Nullable
    List<OpResult> failedMulti;
    /** The session that was made, or the one to attach to. */
    long sessionId;

    int timeoutMillis;

    // ---- the end ----

    boolean done;
    List<OpResult> results = List.of();

    PendingRequest(Kind kind, Connection connection, int xid, @Nullable Request request, int bytes) {
        this.kind = kind;
        this.connection = connection;
        this.xid = xid;
        this.request = request;
        this.identities = connection.identities;
        this.bytes = bytes;
    }

    /** A frame that was no request, waiting for its turn to be told so. */
    static PendingRequest unreadable(Connection connection, int xid, ErrorCode error, int bytes) {
        PendingRequest pending = new PendingRequest(Kind.UNREADABLE, connection, xid, null, bytes);
        pending.refusal = error;
        return pending;
    }

    /** Forgets a decision that came to nothing. */
    void undecide() {
        decided = false;
        logged = false;
        zxid = 0;
        refusal = ErrorCode.OK;
        failedMulti = null;
    }
}
