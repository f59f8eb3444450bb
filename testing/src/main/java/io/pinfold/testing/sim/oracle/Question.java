package io.pinfold.testing.sim.oracle;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.MalformedFrame;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Replies;
import io.pinfold.wire.ReplyHeader;
import io.pinfold.wire.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request of a client and what became of it. Confined to the world's thread. */
final class Question {
    final Conversation conversation;
    /** Place among the requests of its session. */
    final long number;

    final int xid;
    final Request request;
    final long askedNanos;
    /** The highest zxid that anybody had seen when this was asked. */
    final long seenBefore;

    @Nullable
    ReplyHeader header;

    byte[] body = {};
    long answeredNanos;

    /** What it changed, as far as that is known. */
    Model.@Nullable Step step;

    Question(Conversation conversation, long number, Fact.Asked asked, long seenBefore) {
        this.conversation = conversation;
        this.number = number;
        this.xid = asked.xid();
        this.request = asked.request();
        this.askedNanos = asked.atNanos();
        this.seenBefore = seenBefore;
    }

    boolean isWrite() {
        return request.opCode().isWrite() && request.opCode() != OpCode.RECONFIG;
    }

    /** {@return whether the answer says that the change was made} */
    boolean succeeded() {
        ReplyHeader answer = header;
        return answer != null && answer.err() == 0 && refusedParts().isEmpty();
    }

    /** {@return the results of a transaction that was refused; empty for everything else} */
    List<OpResult> refusedParts() {
        ReplyHeader answer = header;
        if (answer == null || answer.err() != 0 || !(request instanceof Request.Multi)) {
            return List.of();
        }
        try {
            List<OpResult> results = Replies.readMultiResults(new JuteReader(body));
            return !results.isEmpty() && results.get(0) instanceof OpResult.Failed ? results : List.of();
        } catch (MalformedFrame e) {
            throw new Violation("replies can be read", this + ": " + e.getMessage());
        }
    }

    /** {@return the error that the client is told of, with that of the operation that failed for transactions} */
    ErrorCode error() {
        ReplyHeader answer = header;
        if (answer == null) {
            return ErrorCode.CONNECTION_LOSS;
        }
        for (OpResult part : refusedParts()) {
            if (part instanceof OpResult.Failed failed && failed.code() != ErrorCode.OK) {
                return failed.code();
            }
        }
        return answer.code();
    }

    @Override
    public String toString() {
        return request + " with xid " + xid + " on connection " + conversation.connection + " of session 0x"
                + Long.toHexString(conversation.session);
    }
}
