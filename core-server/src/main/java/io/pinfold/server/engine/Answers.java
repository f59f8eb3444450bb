package io.pinfold.server.engine;

import io.pinfold.ErrorCode;
import io.pinfold.server.engine.PendingRequest.Kind;
import io.pinfold.server.tree.DataTree;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import org.jspecify.annotations.Nullable;

/**
 * Answers clients' requests whose turn has come: reads from the tree, writes with what was decided. Confined to the node
 * loop.
 */
final class Answers {
    private final DataTree tree;
    private final Outbox outbox;
    private final Reads reads;
    private final WriteReplies writeReplies;
    private final Authentication authentication;
    private final Handshakes handshakes;
    private final Audit audit;
    private final Latencies latencies;

    Answers(
            DataTree tree,
            Outbox outbox,
            Reads reads,
            Authentication authentication,
            Handshakes handshakes,
            Audit audit,
            Latencies latencies) {
        this.tree = tree;
        this.outbox = outbox;
        this.reads = reads;
        this.writeReplies = new WriteReplies(outbox, tree);
        this.authentication = authentication;
        this.handshakes = handshakes;
        this.audit = audit;
        this.latencies = latencies;
    }

    /** Answers a read that arrived just now, when nothing is before it. */
    void read(Connection connection, OpCode op, int xid, Request request, long now) {
        reads.answer(connection, connection.identities, xid, request);
        note(connection, op, xid, now, false, now);
        outbox.flushIfLarge(connection);
    }

    /** Without a quorum nothing is changed; and a ping proves nothing but that this member is there. */
    void readOnly(Connection connection, OpCode op, int xid, Request request) {
        if (op == OpCode.PING) {
            reads.answer(connection, connection.identities, xid, request);
        } else if (op == OpCode.CLOSE_SESSION) {
            outbox.reply(connection, xid, ErrorCode.OK);
            outbox.closeOrderly(connection, "the client has no more questions");
        } else {
            outbox.reply(connection, xid, ErrorCode.NOT_READ_ONLY);
        }
    }

    /** Answers a request that had to wait. */
    void give(PendingRequest pending, long now) {
        Request request = pending.request;
        OpCode op = request == null ? null : request.opCode();
        note(pending.connection, op, pending.xid, pending.arrivedNanos, pending.kind == Kind.WRITE, now);
        if (pending.kind.isDecided()) {
            decided(pending);
        } else {
            undecided(pending);
        }
    }

    private void note(
            Connection connection, @Nullable OpCode op, int xid, long arrivedNanos, boolean update, long now) {
        latencies.answered(update, now - arrivedNanos);
        connection.traffic.onAnswered(op, xid, tree.lastZxid(), arrivedNanos, now);
    }

    private void decided(PendingRequest pending) {
        switch (pending.kind) {
            case CREATE_SESSION -> handshakes.welcome(pending.connection);
            case SYNC, PING -> read(pending);
            case WRITE -> write(pending);
            default -> {
                // who attached was welcomed when that was decided
            }
        }
    }

    private void write(PendingRequest pending) {
        Request request = pending.request;
        audit.answered(pending);
        if (request != null && pending.logged) {
            writeReplies.done(pending.connection, pending.xid, request, pending.results);
        } else if (request != null) {
            writeReplies.refused(pending.connection, pending.xid, request, pending.refusal, pending.failedMulti);
        }
    }

    private void read(PendingRequest pending) {
        if (pending.request != null) {
            reads.answer(pending.connection, pending.identities, pending.xid, pending.request);
            outbox.flushIfLarge(pending.connection);
        }
    }

    /** Answers a request that the leader is not asked about. */
    void undecided(PendingRequest pending) {
        if (pending.kind == Kind.READ) {
            read(pending);
        } else if (pending.kind == Kind.CREDENTIALS) {
            authentication.answer(pending.connection, pending.xid, pending.request, pending.refusal);
        } else if (pending.refusal == ErrorCode.UNIMPLEMENTED) {
            outbox.reply(pending.connection, pending.xid, -1, pending.refusal);
            outbox.close(pending.connection, "a request with an operation that is not for clients");
        } else {
            outbox.reply(pending.connection, pending.xid, pending.refusal);
        }
    }
}
