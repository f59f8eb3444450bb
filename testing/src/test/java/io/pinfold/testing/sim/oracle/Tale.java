package io.pinfold.testing.sim.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.Acl;
import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.WatchEvent;
import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.storage.LogEntry;
import io.pinfold.server.tree.NodeKind;
import io.pinfold.server.tree.Txn;
import io.pinfold.server.tree.TxnCodec;
import io.pinfold.server.tree.TxnRecord;
import io.pinfold.wire.ConnectRequest;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.ReplyHeader;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Tells oracles a history, and knows enough of the service to tell a true one. */
final class Tale {
    static final long SESSION = 0x0100000000000001L;
    static final int TIMEOUT_MILLIS = 1000;
    static final long MILLI = 1_000_000;

    final Oracles oracles = Oracles.all(new Timing(2, 500 * MILLI));
    /** Kept beside the oracles' own to make true answers. */
    private final Model truth = new Model(1000);

    long now;
    long zxid;

    /** A session of one client, opened over connection 1. */
    static Tale withSession() {
        Tale tale = new Tale();
        tale.greet(1, 0, 0);
        tale.commit(SESSION, 0, new Txn.CreateSession(TIMEOUT_MILLIS));
        tale.welcome(1, SESSION);
        return tale;
    }

    void hear(Fact fact) {
        oracles.hear(fact);
    }

    void greet(long connection, long session, long seen) {
        hear(new Fact.Greeted(
                now, connection, new ConnectRequest(0, seen, TIMEOUT_MILLIS, session, new byte[16], false, true)));
    }

    void welcome(long connection, long session) {
        hear(new Fact.Welcomed(
                now, connection, new ConnectResponse(0, TIMEOUT_MILLIS, session, new byte[16], false, true)));
    }

    void ask(long connection, int xid, Request request) {
        hear(new Fact.Asked(now, connection, xid, request));
    }

    LogEntry entry(long session, int cxid, Txn body) {
        zxid++;
        return new LogEntry(zxid, TxnCodec.encode(new TxnRecord(zxid, 0, session, cxid, body)));
    }

    void commit(long session, int cxid, Txn body) {
        LogEntry entry = entry(session, cxid, body);
        truth.commit(entry);
        hear(new Fact.Committed(now, 1, entry));
    }

    void answer(long connection, int xid, long atZxid, ErrorCode error, Consumer<JuteWriter> body) {
        JuteWriter out = new JuteWriter();
        body.accept(out);
        hear(new Fact.Answered(now, connection, new ReplyHeader(xid, atZxid, error.number()), out.toByteArray()));
    }

    void refuse(long connection, int xid, ErrorCode error) {
        answer(connection, xid, zxid, error, out -> {});
    }

    /** Answers a change with what the last committed entry gave. */
    void answerWrite(long connection, int xid, Request request) {
        List<OpResult> results = truth.step(zxid).results();
        byte[] body = LinearizableWrites.body(request, results);
        hear(new Fact.Answered(now, connection, new ReplyHeader(xid, zxid, 0), body));
    }

    /** Asks, commits and answers. */
    void write(long connection, int xid, Request request) {
        ask(connection, xid, request);
        happen(connection, xid, request);
        answerWrite(connection, xid, request);
    }

    void happen(long connection, int xid, Request request) {
        commit(SESSION, xid, Judge.judge(truth.last(), request, SESSION).txn());
    }

    void tell(long connection, long atZxid, WatchEvent.Type type, String path) {
        hear(new Fact.Told(now, connection, atZxid, type, path));
    }

    State state() {
        return truth.last();
    }

    static Request.Create create(String path) {
        return new Request.Create(OpCode.CREATE2, path, new byte[] {1}, Acl.OPEN, 0, -1);
    }

    static Request.Create createEphemeral(String path) {
        return new Request.Create(OpCode.CREATE2, path, new byte[] {1}, Acl.OPEN, 1, -1);
    }

    static Txn.Create created(String path, long number) {
        return new Txn.Create(path, new byte[] {1}, Acl.OPEN, NodeKind.PERSISTENT, number);
    }

    static Membership members(int... ids) {
        List<Member> members = new ArrayList<>();
        for (int id : ids) {
            members.add(new Member(id, id, false, "host", 1, 2, ""));
        }
        return Membership.of(members);
    }

    static void breaks(Class<? extends Invariant> invariant, Runnable step) {
        Violation violation = assertThrows(Violation.class, step::run);
        assertEquals(invariant.getSimpleName(), violation.invariant(), violation.getMessage());
    }
}
