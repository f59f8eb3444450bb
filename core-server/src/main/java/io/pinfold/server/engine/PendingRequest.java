package io.pinfold.server.engine;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.server.tree.TxnRecord;
import io.pinfold.wire.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request whose reply must wait: a write for the disk, or a read behind such a write of the same connection. Confined
 * to the node loop.
 */
final class PendingRequest {
    /** {@code null} for what the server does by itself: expiring a session. */
    final @Nullable Connection connection;

    final int xid;
    /** {@code null} for a frame that could not be read, for the creation of a session, and for a mere place. */
    final @Nullable Request request;
    /** The prepared transaction of a write that was accepted. */
    final @Nullable TxnRecord txn;

    final ErrorCode refusal;
    final @Nullable List<OpResult> failedMulti;
    /** What this keeps in memory: the frame, and the transaction as it goes to the log. */
    final int bytes;
    /** May be answered when the log is durable up to here; irrelevant for reads, which only wait for their turn. */
    final long zxid;
    /** Whether this stands for a write, or for the refusal of one. */
    final boolean ordered;

    private PendingRequest(
            @Nullable Connection connection,
            int xid,
            @Nullable Request request,
            @Nullable TxnRecord txn,
            ErrorCode refusal,
            @Nullable List<OpResult> failedMulti,
            int bytes,
            long zxid,
            boolean ordered) {
        this.connection = connection;
        this.xid = xid;
        this.request = request;
        this.txn = txn;
        this.refusal = refusal;
        this.failedMulti = failedMulti;
        this.bytes = bytes;
        this.zxid = zxid;
        this.ordered = ordered;
    }

    /** A write that is on its way to the log. */
    static PendingRequest write(
            @Nullable Connection connection, int xid, @Nullable Request request, TxnRecord txn, int bytes) {
        return new PendingRequest(connection, xid, request, txn, ErrorCode.OK, null, bytes, txn.zxid(), true);
    }

    /** A write that was refused because of changes up to {@code zxid}, which must be durable before anybody is told. */
    static PendingRequest refused(
            Connection connection,
            int xid,
            @Nullable Request request,
            ErrorCode refusal,
            @Nullable List<OpResult> failedMulti,
            long zxid,
            int bytes) {
        return new PendingRequest(connection, xid, request, null, refusal, failedMulti, bytes, zxid, true);
    }

    /** Nothing, in the place behind all changes up to {@code zxid}: who stands behind it waits for them. */
    static PendingRequest standing(Connection connection, long zxid) {
        return new PendingRequest(connection, 0, null, null, ErrorCode.OK, null, 0, zxid, true);
    }

    /** A read that waits for the writes before it. */
    static PendingRequest read(Connection connection, int xid, Request request, int bytes) {
        return new PendingRequest(connection, xid, request, null, ErrorCode.OK, null, bytes, 0, false);
    }

    /** A frame that was no request, waiting for its turn to be told so. */
    static PendingRequest unreadable(Connection connection, int xid, ErrorCode error, int bytes) {
        return new PendingRequest(connection, xid, null, null, error, null, bytes, 0, false);
    }
}
