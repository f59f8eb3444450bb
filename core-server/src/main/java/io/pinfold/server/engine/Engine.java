package io.pinfold.server.engine;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.tree.Authorizer;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.Prepared;
import io.pinfold.server.tree.Preparer;
import io.pinfold.server.tree.Txn;
import io.pinfold.server.tree.TxnCodec;
import io.pinfold.server.tree.TxnRecord;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One member of the service: all of its state and none of its threads, sockets, files or clocks. Confined to the node
 * loop.
 *
 * <p>The rim feeds inputs in turns: first {@link #advance} with the time, then whatever arrived, then
 * {@link #endOfTurn}, which hands over what the inputs caused. In between, nothing leaves.
 *
 * <p><b>A write</b> is prepared when it arrives: checked against the tree and against the changes that are on their way,
 * and turned into a transaction or a refusal. It waits in the {@link Backlog} for the log; when the log is durable up to
 * its zxid the transaction is applied, the watches tell, and the reply follows. A refusal may rest on changes that are
 * not durable yet, so it waits for them, too.
 *
 * <p><b>A read</b> is answered at once, unless its connection waits for a write: then it waits in its place behind it.
 */
public final class Engine {
    private static final int HEADER_BYTES = 8;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final EngineOptions options;
    private final Effects effects;
    private final DataTree tree;
    private final Preparer preparer;
    private final Outbox outbox;
    private final Watches watches;
    private final Reads reads;
    private final WriteReplies writeReplies;
    private final SessionExpiry sessions;
    private final Handshakes handshakes;
    private final SnapshotTaker snapshots;

    private final JuteReader frame = new JuteReader();
    private final Backlog backlog;
    /** Transactions of this turn, not handed to the log yet. */
    private List<LogEntry> prepared = new ArrayList<>();

    /** Length of the frame that is being taken, which its request keeps in memory; 0 outside. */
    private int frameBytes;

    private int connections;
    private long now;
    private long wallMillis;

    /**
     * Takes over a recovered state.
     *
     * @param tree the state, all of it committed
     * @param firstEpoch the epoch whose zxids this engine hands out; larger than that of every zxid in the log
     */
    public Engine(EngineOptions options, Effects effects, DataTree tree, long firstEpoch, long now, long wallMillis) {
        this.options = options;
        this.effects = effects;
        this.tree = tree;
        this.now = now;
        this.wallMillis = wallMillis;
        this.preparer = new Preparer(tree, firstEpoch << 32, Authorizer.OPEN, options.maxTxnBytes());
        this.backlog = new Backlog(options);
        this.outbox = new Outbox(tree);
        this.watches = new Watches(tree, outbox, options.maxWatches());
        this.reads = new Reads(tree, watches, outbox);
        this.writeReplies = new WriteReplies(outbox);
        this.sessions = new SessionExpiry(options.tickMillis() * NANOS_PER_MILLI);
        this.handshakes = new Handshakes(options, sessions, outbox);
        this.snapshots = new SnapshotTaker(tree, effects, options.snapshotEvery());
        tree.sessions().forEach((id, timeoutMillis) -> sessions.add(id, timeoutMillis * NANOS_PER_MILLI, now));
    }

    // ---- time ----

    /** Says what time it is; everything that is due happens. */
    public void advance(long nowNanos, long nowWallMillis) {
        now = nowNanos;
        wallMillis = nowWallMillis;
        if (nextDeadlineNanos() <= now) {
            handshakes.expire(now);
            sessions.expire(now, this::expire);
        }
    }

    /** {@return when {@link #advance} has to be called at the latest, or {@code Long.MAX_VALUE}} */
    public long nextDeadlineNanos() {
        return Math.min(sessions.nextDeadlineNanos(), handshakes.nextDeadlineNanos());
    }

    // ---- connections ----

    /** A client connected. */
    public Connection onConnected(ClientLink link, String remote) {
        Connection connection = new Connection(link, remote);
        connections++;
        handshakes.expect(connection, now);
        return connection;
    }

    /** A connection is gone. Its session is not. */
    public void onDisconnected(Connection connection) {
        connection.closed = true;
        connections--;
        backlog.forget(connection);
        watches.forget(connection);
        SessionLease lease = connection.session;
        if (lease != null && lease.connection == connection) {
            lease.connection = null;
        }
    }

    /** A whole frame arrived; the array is the rim's again when this returns. */
    public void onFrame(Connection connection, byte[] bytes, int offset, int length) {
        if (!connection.isOpen()) {
            return;
        }
        frame.reset(bytes, offset, offset + length);
        frameBytes = length;
        try {
            if (connection.greeted) {
                onRequest(connection);
            } else {
                onGreeting(connection, handshakes.read(connection, frame));
            }
        } catch (MalformedFrame e) {
            outbox.close(connection, e.getMessage());
        }
        frameBytes = 0;
    }

    private void onGreeting(Connection connection, ConnectRequest request) {
        if (request.lastZxidSeen() > tree.lastZxid()) {
            outbox.close(connection, "the client has seen newer changes than this server");
        } else if (request.sessionId() != 0) {
            if (handshakes.attach(connection, request, now)) {
                standBehindOwnWrites(connection);
            }
        } else {
            int timeoutMillis = handshakes.negotiate(request.timeoutMillis());
            TxnRecord txn = Objects.requireNonNull(
                    preparer.prepareCreateSession(timeoutMillis, options.memberId(), 0, wallMillis)
                            .txn());
            SessionLease lease = sessions.add(txn.sessionId(), timeoutMillis * NANOS_PER_MILLI, now);
            lease.connection = connection;
            connection.session = lease;
            enqueue(connection, 0, null, txn);
        }
    }

    /**
     * Makes a session's first requests on a new connection wait for what it may have sent on an older one: first in, first
     * out is promised to sessions, and a client that looks whether its lost write happened must not look too early.
     */
    private void standBehindOwnWrites(Connection connection) {
        if (!backlog.isEmpty()) {
            enqueue(PendingRequest.standing(connection, preparer.lastZxid()));
        }
    }

    // ---- requests ----

    private void onRequest(Connection connection) throws MalformedFrame {
        if (frameBytes < HEADER_BYTES) {
            throw new MalformedFrame("a frame of " + frameBytes + " bytes is shorter than a request header");
        }
        SessionLease lease = connection.session;
        if (lease != null) {
            lease.touchedNanos = now;
        }
        int xid = frame.readInt();
        OpCode op = OpCode.of(frame.readInt());
        if (op == null || !op.isRequest()) {
            inTurn(PendingRequest.unreadable(connection, xid, ErrorCode.UNIMPLEMENTED, frameBytes));
            return;
        }
        Request request;
        try {
            request = Requests.read(op, frame);
        } catch (MalformedFrame e) {
            inTurn(PendingRequest.unreadable(connection, xid, ErrorCode.MARSHALLING_ERROR, frameBytes));
            return;
        }
        if (op.isWrite()) {
            write(connection, xid, request);
        } else if (op == OpCode.SYNC) {
            barrier(connection, xid, request);
        } else if (op == OpCode.AUTH || op == OpCode.SASL) {
            authenticate(connection, xid, request);
        } else {
            read(connection, xid, request);
        }
    }

    private void read(Connection connection, int xid, Request request) {
        if (connection.waiting.isEmpty()) {
            reads.answer(connection, xid, request);
            connection.flushIfLarge();
        } else {
            backlog.park(PendingRequest.read(connection, xid, request, frameBytes));
        }
    }

    private void write(Connection connection, int xid, Request request) {
        if (request instanceof Request.Reconfig) {
            refuse(connection, xid, request, ErrorCode.RECONFIG_DISABLED, null);
            return;
        }
        Prepared answer = preparer.prepare(request, connection.sessionId(), xid, wallMillis);
        TxnRecord txn = answer.txn();
        if (txn != null) {
            enqueue(connection, xid, request, txn);
        } else {
            refuse(connection, xid, request, answer.refusal(), answer.failedMulti());
        }
    }

    /** Answers when everything that was prepared before is applied. */
    private void barrier(Connection connection, int xid, Request request) {
        refuse(connection, xid, request, ErrorCode.OK, null);
    }

    /** Answers without a transaction, but not before the changes on which the answer may rest. */
    private void refuse(
            Connection connection, int xid, Request request, ErrorCode refusal, @Nullable List<OpResult> failedMulti) {
        enqueue(PendingRequest.refused(
                connection, xid, request, refusal, failedMulti, preparer.lastZxid(), frameBytes));
    }

    /** The answers of the connection itself, which wait for nothing and say nothing about the state. */
    private void authenticate(Connection connection, int xid, Request request) {
        if (request instanceof Request.Sasl) {
            int mark = outbox.beginFrame(connection, xid, 0, 0);
            ReplyBodies.writeToken(connection.out, null);
            connection.out.endFrame(mark);
        } else {
            outbox.reply(connection, xid, 0, ErrorCode.AUTH_FAILED);
            outbox.close(connection, "no authentication scheme is available");
        }
    }

    private void enqueue(@Nullable Connection connection, int xid, @Nullable Request request, TxnRecord txn) {
        byte[] payload = TxnCodec.encode(txn);
        prepared.add(new LogEntry(txn.zxid(), payload));
        enqueue(PendingRequest.write(connection, xid, request, txn, frameBytes + payload.length));
    }

    private void enqueue(PendingRequest pending) {
        Connection connection = pending.connection;
        if (pending.txn == null && backlog.isEmpty() && connection != null && connection.waiting.isEmpty()) {
            complete(pending);
            return;
        }
        backlog.add(pending);
    }

    private void inTurn(PendingRequest pending) {
        Connection connection = Objects.requireNonNull(pending.connection);
        if (connection.waiting.isEmpty()) {
            answerUnordered(connection, pending);
        } else {
            backlog.park(pending);
        }
    }

    // ---- commits ----

    /** The log is durable up to this zxid: whatever waited for it happens now. */
    public void onForced(long zxid) {
        PendingRequest pending = backlog.poll(zxid);
        while (pending != null) {
            complete(pending);
            pending = backlog.poll(zxid);
        }
        backlog.resume();
    }

    private void complete(PendingRequest pending) {
        List<OpResult> results = List.of();
        TxnRecord txn = pending.txn;
        if (txn != null) {
            watches.applying(txn.zxid());
            results = tree.apply(txn, watches);
            preparer.applied(txn.zxid());
            snapshots.onApplied();
        }
        Connection connection = pending.connection;
        if (connection != null && connection.isOpen()) {
            reply(connection, pending, results);
        }
        if (txn != null && txn.body() instanceof Txn.CloseSession) {
            onSessionClosed(txn.sessionId());
        }
        if (connection != null && connection.waiting.peekFirst() == pending) {
            connection.waiting.pollFirst();
            drain(connection);
        }
    }

    private void reply(Connection connection, PendingRequest pending, List<OpResult> results) {
        Request request = pending.request;
        if (request == null && pending.txn == null) {
            return; // only kept a place
        }
        if (request == null) {
            handshakes.welcome(connection, Objects.requireNonNull(connection.session));
        } else if (request instanceof Request.Sync) {
            reads.answer(connection, pending.xid, request);
        } else if (pending.txn != null) {
            writeReplies.done(connection, pending.xid, request, results);
        } else {
            writeReplies.refused(connection, pending.xid, request, pending.refusal, pending.failedMulti);
        }
    }

    /** Answers the reads that only waited for their turn. */
    private void drain(Connection connection) {
        while (connection.isOpen()) {
            PendingRequest next = backlog.pollParked(connection);
            if (next == null) {
                return;
            }
            answerUnordered(connection, next);
        }
    }

    private void answerUnordered(Connection connection, PendingRequest pending) {
        if (pending.request != null) {
            reads.answer(connection, pending.xid, pending.request);
            connection.flushIfLarge();
        } else if (pending.refusal == ErrorCode.UNIMPLEMENTED) {
            outbox.reply(connection, pending.xid, -1, pending.refusal);
            outbox.close(connection, "a request with an operation that is not for clients");
        } else {
            outbox.reply(connection, pending.xid, pending.refusal);
        }
    }

    // ---- sessions ----

    private void expire(SessionLease lease) {
        lease.closing = true;
        if (lease.connection != null) {
            // From here on nothing may look to the client as if its session lived.
            outbox.closeOrderly(lease.connection, "its session is over");
        }
        Prepared closing = preparer.prepareCloseSession(lease.id, 0, wallMillis);
        if (closing.txn() != null) {
            enqueue(null, 0, null, closing.txn());
        }
    }

    private void onSessionClosed(long sessionId) {
        SessionLease lease = sessions.find(sessionId);
        sessions.remove(sessionId);
        if (lease != null && lease.connection != null) {
            outbox.closeOrderly(lease.connection, "its session is over");
        }
    }

    /** Ends a session as if its client had been silent for too long. {@return whether there is such a session} */
    public boolean expireSession(long sessionId) {
        SessionLease lease = sessions.find(sessionId);
        if (lease == null || lease.closing) {
            return false;
        }
        expire(lease);
        return true;
    }

    /** Closes the connection of a session. {@return whether it had one} */
    public boolean dropConnection(long sessionId) {
        SessionLease lease = sessions.find(sessionId);
        if (lease == null || lease.connection == null) {
            return false;
        }
        outbox.close(lease.connection, "dropped on request");
        return true;
    }

    // ---- snapshots and the end of a turn ----

    /** A block of the snapshot is with the disk. */
    public void onSnapshotBlock() {
        snapshots.onBlockWritten();
    }

    /** The snapshot is complete, or was given up. */
    public void onSnapshotDone() {
        snapshots.onDone();
    }

    /** Hands over what the inputs of this turn caused: first to the log, then to the clients. */
    public void endOfTurn() {
        if (!prepared.isEmpty()) {
            List<LogEntry> entries = prepared;
            prepared = new ArrayList<>();
            effects.append(entries);
        }
        snapshots.turn();
        outbox.flush();
    }

    /** {@return the state in a few words, for the log of a member that has to stop} */
    public String describe() {
        return "applied=0x" + Long.toHexString(tree.lastZxid())
                + " prepared=0x" + Long.toHexString(preparer.lastZxid())
                + " " + backlog
                + " connections=" + connections
                + " sessions=" + tree.sessions().size()
                + " watches=" + watches.count()
                + " znodes=" + tree.nodeCount()
                + " " + snapshots;
    }
}
