package io.pinfold.server.engine;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.server.engine.PendingRequest.Kind;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.Txn;
import io.pinfold.server.tree.TxnRecord;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The clients of this member: their connections, and for each of them first in, first out. Reads are answered from the
 * tree; everything else is handed to the leader, wherever that is, and answered when the decision is known and applied
 * here. Confined to the node loop.
 */
final class Front {
    private static final int HEADER_BYTES = 8;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Whoever gets requests decided. */
    interface Leadership {
        /** Gets a request decided, now or later; {@link #decided} follows. */
        void submit(PendingRequest pending);

        /** {@return whether there has been no quorum for so long that clients who can do with that are served reads} */
        boolean isReadOnly();

        /** The client of a connection was heard of. */
        void touched(Connection connection);
    }

    private final EngineOptions options;
    private final DataTree tree;
    private final Outbox outbox;
    private final Watches watches;
    private final Authentication authentication;
    private final Audit audit;
    private final Handshakes handshakes;
    private final Backlog backlog;
    private final Leadership leadership;
    private final Answers answers;
    private final Traffic traffic = new Traffic(null);
    private final JuteReader frame = new JuteReader();
    private final LinkedHashMap<Long, Connection> connections = new LinkedHashMap<>();
    /** The connections that carry sessions, by session. */
    private final LinkedHashMap<Long, Connection> attached = new LinkedHashMap<>();
    /** Decided by a leader whose decisions came to nothing. */
    private List<PendingRequest> undone = new ArrayList<>();

    private long lastNumber;
    private int frameBytes;
    private long now;
    /** When the leader was last told of those who are not read. */
    private long pausedToldNanos;

    private long wallMillis;

    Front(EngineOptions options, DataTree tree, Leadership leadership, Latencies latencies, Audit audit) {
        this.audit = audit;
        this.options = options;
        this.tree = tree;
        this.leadership = leadership;
        this.backlog = new Backlog(options);
        this.outbox = new Outbox(tree);
        this.watches = new Watches(tree, outbox, options.policy().authorizer(), options.maxWatches());
        this.authentication = new Authentication(options.policy().superDigest(), outbox, audit);
        this.handshakes = new Handshakes(options, outbox);
        Reads reads = new Reads(tree, watches, outbox, options.policy().authorizer());
        this.answers = new Answers(tree, outbox, reads, authentication, handshakes, audit, latencies);
    }

    Watches watches() {
        return watches;
    }

    Handshakes handshakes() {
        return handshakes;
    }

    Traffic traffic() {
        return traffic;
    }

    /** {@return how many connections there have been} */
    long connectionsEver() {
        return lastNumber;
    }

    long refusedCredentials() {
        return authentication.refused();
    }

    Collection<Connection> connections() {
        return connections.values();
    }

    int outstanding() {
        return backlog.ordered();
    }

    List<Connection> copyOfAttached() {
        return new ArrayList<>(attached.values());
    }

    void advance(long nowNanos, long nowWallMillis) {
        now = nowNanos;
        wallMillis = nowWallMillis;
        handshakes.expire(now);
        if (now - pausedToldNanos >= options.minSessionMillis() * NANOS_PER_MILLI / 8) {
            pausedToldNanos = now;
            backlog.paused().forEach(this::heard);
        }
    }

    /** A client lives that shows it by something else than a request, or cannot show it because it is not read. */
    void heard(Connection connection) {
        if (connection.isOpen() && connection.sessionId != 0 && !connection.readOnly) {
            leadership.touched(connection);
        }
    }

    // ---- connections ----

    Connection connected(ClientLink link, String remote) {
        Connection connection = new Connection(link, remote, ++lastNumber, wallMillis, traffic);
        connections.put(connection.number, connection);
        handshakes.expect(connection, now);
        if (!link.proven().isEmpty()) {
            audit.proof(connection, "x509", true);
        }
        return connection;
    }

    void disconnected(Connection connection) {
        connection.closed = true;
        connections.remove(connection.number);
        handshakes.forget(connection);
        audit.gone(connection);
        backlog.forget(connection);
        watches.forget(connection);
        attached.remove(connection.sessionId, connection);
    }

    /** Takes the session from a connection. */
    void take(long number, long sessionId, String reason) {
        Connection connection = connections.get(number);
        if (connection != null && connection.sessionId == sessionId) {
            attached.remove(sessionId, connection);
            outbox.closeOrderly(connection, reason);
        }
    }

    void closeAll(String reason) {
        for (Connection connection : connections.values()) {
            outbox.closeOrderly(connection, reason);
        }
    }

    /** Sends away who waits for a quorum; not those who said nothing yet, since they may be content with reads. */
    void closeWaiting(String reason) {
        for (Connection connection : connections.values()) {
            if (connection.greeted && !connection.readOnly) {
                outbox.closeOrderly(connection, reason);
            }
        }
    }

    boolean isEmpty() {
        return connections.isEmpty();
    }

    /** {@return whether the session had a connection here, which closes now} */
    boolean drop(long sessionId, String reason) {
        Connection connection = attached.get(sessionId);
        if (connection != null) {
            outbox.close(connection, reason);
        }
        return connection != null;
    }

    // ---- requests ----

    void frame(Connection connection, byte[] bytes, int offset, int length) {
        if (!connection.isOpen() || connection.refused) {
            return;
        }
        connection.traffic.onReceived(length);
        frame.reset(bytes, offset, offset + length);
        frameBytes = length;
        try {
            if (connection.greeted) {
                request(connection);
            } else {
                greeting(connection, handshakes.read(connection, frame));
            }
        } catch (MalformedFrame e) {
            outbox.close(connection, e.getMessage());
        }
        frameBytes = 0;
    }

    private void greeting(Connection connection, ConnectRequest request) {
        connection.timeoutMillis = handshakes.negotiate(request.timeoutMillis());
        if (request.lastZxidSeen() > tree.lastZxid()) {
            outbox.close(connection, "the client has seen newer changes than this server");
        } else if (request.readOnly() && leadership.isReadOnly() && isReadable(request)) {
            handshakes.welcomeToReadsOnly(connection, request.sessionId());
        } else if (request.sessionId() == 0 && tree.sessions().size() >= options.maxSessions()) {
            outbox.close(connection, "there are " + tree.sessions().size() + " sessions, and no more fit");
        } else if (request.sessionId() == 0) {
            hand(new PendingRequest(Kind.CREATE_SESSION, connection, 0, null, frameBytes));
        } else if (handshakes.isKnown(request)) {
            PendingRequest pending = new PendingRequest(Kind.ATTACH, connection, 0, null, frameBytes);
            pending.sessionId = request.sessionId();
            hand(pending);
        } else {
            handshakes.reject(connection, request.sessionId());
        }
    }

    private boolean isReadable(ConnectRequest request) {
        return request.sessionId() == 0
                || handshakes.isKnown(request) && tree.sessions().contains(request.sessionId());
    }

    /** Whoever is served reads only looks for a member of the quorum, now that there is one. */
    void closeReadOnly() {
        for (Connection connection : connections.values()) {
            if (connection.readOnly) {
                outbox.closeOrderly(connection, "there is a quorum again");
            }
        }
    }

    private void request(Connection connection) throws MalformedFrame {
        if (frameBytes < HEADER_BYTES) {
            throw new MalformedFrame("a frame of " + frameBytes + " bytes is shorter than a request header");
        }
        if (connection.sessionId != 0 && !connection.readOnly) {
            leadership.touched(connection);
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
        if (connection.readOnly && (op.isWrite() || op == OpCode.SYNC || op == OpCode.PING)) {
            answers.readOnly(connection, op, xid, request);
        } else if (op.isWrite()) {
            hand(new PendingRequest(Kind.WRITE, connection, xid, request, frameBytes));
        } else if (op == OpCode.SYNC) {
            hand(new PendingRequest(Kind.SYNC, connection, xid, request, frameBytes));
        } else if (op == OpCode.PING) {
            hand(new PendingRequest(Kind.PING, connection, xid, request, frameBytes));
        } else if (op == OpCode.AUTH || op == OpCode.SASL) {
            authenticate(connection, xid, request);
        } else if (connection.waiting.isEmpty()) {
            answers.read(connection, op, xid, request, now);
        } else {
            park(new PendingRequest(Kind.READ, connection, xid, request, frameBytes));
        }
    }

    private void park(PendingRequest pending) {
        pending.arrivedNanos = now;
        backlog.park(pending);
    }

    /** The answers of the connection itself, which wait for nothing but the answer to the handshake. */
    private void authenticate(Connection connection, int xid, Request request) {
        ErrorCode code = authentication.check(connection, request);
        PendingRequest head = connection.waiting.peekFirst();
        if (head == null || !isGreeting(head)) {
            authentication.answer(connection, xid, request, code);
            return;
        }
        PendingRequest pending = new PendingRequest(Kind.CREDENTIALS, connection, xid, request, frameBytes);
        pending.refusal = code;
        park(pending);
    }

    private void inTurn(PendingRequest pending) {
        if (pending.connection.waiting.isEmpty()) {
            answers.undecided(pending);
        } else {
            park(pending);
        }
    }

    /** Puts a request behind the earlier ones and gets it decided, unless its session is not known yet. */
    private void hand(PendingRequest pending) {
        park(pending);
        if (pending.connection.sessionId != 0 || isGreeting(pending)) {
            leadership.submit(pending);
        }
    }

    private static boolean isGreeting(PendingRequest pending) {
        return pending.kind == Kind.CREATE_SESSION || pending.kind == Kind.ATTACH;
    }

    /** Gets decided once more what an earlier leader did not decide for good. */
    void resubmit(List<PendingRequest> undecided) {
        List<PendingRequest> again = undone;
        undone = new ArrayList<>();
        again.addAll(undecided);
        again.stream()
                .filter(Front::mustNotBeAskedAgain)
                .forEach(pending ->
                        outbox.close(pending.connection, "nobody knows what became of a change of the members"));
        again.removeIf(pending -> !pending.connection.isOpen() || pending.done || pending.decided);
        again.forEach(pending -> pending.seq = 0);
        for (PendingRequest pending : again) {
            boolean greeting = isGreeting(pending);
            // What stands behind a greeting may have been submitted when that was decided.
            if (pending.seq == 0 && (greeting || pending.connection.sessionId != 0)) {
                leadership.submit(pending);
            }
        }
    }

    /** A change of the members takes several entries, so that its first ones may hold although the leader is lost. */
    private static boolean mustNotBeAskedAgain(PendingRequest pending) {
        return pending.request instanceof Request.Reconfig && pending.seq != -1 && !pending.done;
    }

    // ---- decisions ----

    /** The leader has decided. */
    void decided(PendingRequest pending, Decision decision) {
        Connection connection = pending.connection;
        if (!connection.isOpen()) {
            return;
        }
        decision.to(pending);
        backlog.grow(pending, decision.bytes());
        if (isGreeting(pending) && !attach(pending)) {
            return;
        }
        if (pending.kind == Kind.PING && pending.refusal != ErrorCode.OK) {
            outbox.closeOrderly(connection, "its session is over");
        } else if (!pending.logged && pending.zxid <= tree.lastZxid()) {
            finish(pending, List.of());
        } else {
            backlog.await(pending);
        }
        if (isGreeting(pending)) {
            submitWaiting(connection);
        }
    }

    private boolean attach(PendingRequest pending) {
        Connection connection = pending.connection;
        boolean welcomed = connection.sessionId != 0;
        if (pending.refusal != ErrorCode.OK) {
            if (welcomed) {
                outbox.closeOrderly(connection, "its session is over");
            } else {
                handshakes.reject(connection, pending.sessionId);
            }
            return false;
        }
        connection.sessionId = pending.sessionId;
        connection.attachedZxid = pending.zxid;
        Connection before = attached.put(pending.sessionId, connection);
        if (before != null && before != connection) {
            outbox.closeOrderly(before, "its session moved to another connection");
        }
        if (pending.kind == Kind.ATTACH && !welcomed) {
            handshakes.welcome(connection);
        }
        return true;
    }

    private void submitWaiting(Connection connection) {
        for (PendingRequest pending : new ArrayList<>(connection.waiting)) {
            if (pending.kind.isDecided() && !pending.decided && pending.seq == 0 && !isGreeting(pending)) {
                leadership.submit(pending);
            }
        }
    }

    /**
     * An entry was applied: whatever waited for it is answered.
     *
     * @param before the entry that was applied before this one
     * @param txn {@code null} for an entry that is no transaction
     */
    void applied(long zxid, long before, @Nullable TxnRecord txn, List<OpResult> results) {
        if (txn != null && txn.body() instanceof Txn.CloseSession close) {
            audit.ended(txn.sessionId(), close.ephemerals());
        }
        boolean found = false;
        PendingRequest first = backlog.poll(zxid);
        while (first != null) {
            boolean otherEpoch = first.zxid >>> 32 != zxid >>> 32;
            if (first.logged ? first.zxid != zxid : otherEpoch && first.zxid > before) {
                undo(first); // the entry, or the one on which a refusal rests, never came into the log of all
            } else {
                found |= first.logged;
                finish(first, first.logged ? results : List.of());
            }
            first = backlog.poll(zxid);
        }
        if (!found && txn != null) {
            match(txn, results);
        }
    }

    private void undo(PendingRequest pending) {
        pending.undecide();
        pending.seq = 0;
        if (pending.kind == Kind.CREATE_SESSION) {
            attached.remove(pending.connection.sessionId, pending.connection);
            pending.connection.sessionId = 0;
        }
        undone.add(pending);
    }

    /** Finds out whose transaction this is when the leader's decision was lost on the way. */
    private void match(TxnRecord txn, List<OpResult> results) {
        Connection connection = attached.get(txn.sessionId());
        if (connection == null || txn.zxid() <= connection.attachedZxid) {
            return;
        }
        boolean refused = false;
        for (PendingRequest pending : connection.waiting) {
            if (pending.kind != Kind.WRITE || pending.decided || pending.seq == 0) {
                continue;
            }
            if (pending.xid != txn.cxid()) {
                refused = true;
            } else if (refused) {
                outbox.close(connection, "nobody knows any more why an earlier request was refused");
                return;
            } else {
                pending.decided = true;
                pending.logged = true;
                pending.zxid = txn.zxid();
                finish(pending, results);
                return;
            }
        }
    }

    /** What was decided but is not in the log by now never will be. */
    void undoDecisions() {
        backlog.takeUndone().forEach(this::undo);
    }

    private void finish(PendingRequest pending, List<OpResult> results) {
        pending.done = true;
        pending.results = results;
        PendingRequest head = pending.connection.waiting.peekFirst();
        if (head == pending) {
            drain(pending.connection);
        } else if (pending.kind == Kind.PING && head != null && mustNotBeAskedAgain(head)) {
            answerOutOfTurn(pending);
        }
    }

    /**
     * Answers a ping before a change of the members, which may wait for seconds for a member to learn: the client would take
     * the server for dead. Clients know pings by their xid, wherever they stand.
     */
    private void answerOutOfTurn(PendingRequest ping) {
        backlog.release(ping);
        answers.give(ping, now);
    }

    /** Answers everything whose turn has come. */
    private void drain(Connection connection) {
        while (connection.isOpen()) {
            PendingRequest head = connection.waiting.peekFirst();
            if (head == null || head.kind.isDecided() && !head.done) {
                return;
            }
            backlog.release(head);
            answers.give(head, now);
        }
    }

    /** A session ended. */
    void sessionClosed(long sessionId) {
        Connection connection = attached.remove(sessionId);
        if (connection != null) {
            outbox.closeOrderly(connection, "its session is over");
        }
    }

    /** {@return whether the leader should be told now that the client of a connection lives} */
    boolean isTouchDue(Connection connection) {
        if (now - connection.toldNanos < connection.timeoutMillis * NANOS_PER_MILLI / 8) {
            return false;
        }
        connection.toldNanos = now;
        return true;
    }

    /** Hands everything to the sockets. */
    void endOfTurn() {
        backlog.resume();
        outbox.flush();
    }

    @Override
    public String toString() {
        return backlog + " connections=" + connections.size() + " attached=" + attached.size() + " watches="
                + watches.count() + " of=" + options.maxWatches();
    }
}
