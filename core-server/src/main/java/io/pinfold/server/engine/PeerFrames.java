package io.pinfold.server.engine;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Replies;
import io.pinfold.wire.Request;
import io.pinfold.wire.Requests;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What members say to each other about clients, as bytes behind one byte that tells which. Stateless.
 *
 * <pre>
 * 32 ask      long epoch, then until the end: byte kind, long seq, connection, session, int xid, timeout, [op, request,
 *             identities]
 * 33 decided  long epoch, then until the end: long seq, zxid, session, byte logged, int refusal, count, that many errors
 * 34 attached long epoch, int count, that many: long session, connection, timeoutNanos
 * 35 fenced   long epoch, long zxid
 * 36 taken    long session, connection, string reason
 * </pre>
 *
 * A touch is an ask of kind 6 that nobody answers; an ask of kind 7 ends a session.
 */
final class PeerFrames {
    static final int ASK = 32;
    static final int DECIDED = 33;
    static final int ATTACHED = 34;
    static final int FENCED = 35;
    static final int TAKEN = 36;

    static final int TOUCH = 6;
    static final int EXPIRE = 7;

    private static final int MAX_FAILED = 100_000;

    private PeerFrames() {}

    static void writeAsk(JuteWriter out, long seq, Asked asked) {
        writeAsk(
                out,
                asked.kind().number,
                seq,
                asked.connection(),
                asked.sessionId(),
                asked.xid(),
                asked.timeoutMillis());
        if (asked.kind() == PendingRequest.Kind.WRITE && asked.request() != null) {
            out.writeInt(asked.request().opCode().number());
            asked.request().write(out);
            Replies.writeAuthIds(out, asked.identities());
        }
    }

    static void writeAsk(
            JuteWriter out, int kind, long seq, long connection, long sessionId, int xid, int timeoutMillis) {
        out.writeByte(kind);
        out.writeLong(seq);
        out.writeLong(connection);
        out.writeLong(sessionId);
        out.writeInt(xid);
        out.writeInt(timeoutMillis);
    }

    static Request readRequest(JuteReader in) throws MalformedFrame {
        int number = in.readInt();
        OpCode op = OpCode.of(number);
        if (op == null || !op.isWrite()) {
            throw new MalformedFrame("a peer asks for the operation " + number);
        }
        return Requests.read(op, in);
    }

    static void writeDecision(JuteWriter out, long seq, Decision decision) {
        out.writeLong(seq);
        out.writeLong(decision.zxid());
        out.writeLong(decision.sessionId());
        out.writeBool(decision.logged());
        out.writeInt(decision.refusal().number());
        List<OpResult> failed = decision.failedMulti();
        out.writeInt(failed == null ? -1 : failed.size());
        if (failed != null) {
            for (OpResult result : failed) {
                out.writeInt(result instanceof OpResult.Failed one ? one.code().number() : 0);
            }
        }
    }

    static Decision readDecision(JuteReader in) throws MalformedFrame {
        long zxid = in.readLong();
        long sessionId = in.readLong();
        boolean logged = in.readBool();
        ErrorCode refusal = ErrorCode.ofNumber(in.readInt());
        return new Decision(zxid, logged, refusal, readFailed(in), sessionId, 0);
    }

    private static @Nullable List<OpResult> readFailed(JuteReader in) throws MalformedFrame {
        int count = in.readInt();
        if (count == -1) {
            return null;
        }
        if (count < 0 || count > MAX_FAILED || count > in.remaining() / 4) {
            throw new MalformedFrame("a decision with " + count + " results");
        }
        List<OpResult> failed = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            failed.add(new OpResult.Failed(ErrorCode.ofNumber(in.readInt())));
        }
        return failed;
    }
}
