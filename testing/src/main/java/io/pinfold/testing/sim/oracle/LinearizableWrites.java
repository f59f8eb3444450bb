package io.pinfold.testing.sim.oracle;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Replies;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes take effect in the order of their zxids, one behind all that had been seen when it was asked for, with the
 * results and refusals that the model gives.
 */
final class LinearizableWrites implements Invariant {
    private static final int STATES_FOR_REFUSAL = 1024;

    @Override
    public void hear(Fact fact, Scene scene) {
        for (SessionStory.Match match : scene.matches()) {
            if (match.step().entry().zxid() <= match.question().seenBefore) {
                throw broken(match.question() + " happened at 0x"
                        + Long.toHexString(match.step().entry().zxid()) + ", but 0x"
                        + Long.toHexString(match.question().seenBefore) + " had been seen before it was asked");
            }
        }
        Question question = scene.answered();
        if (question == null || !question.isWrite() || question.conversation.wild || question.header == null) {
            return;
        }
        Model.Step step = question.step;
        if (question.succeeded() && step != null) {
            requireResult(question, step, question.header.zxid());
        } else if (!question.succeeded()) {
            requireRefusal(question, scene, question.header.zxid());
        }
    }

    private void requireResult(Question question, Model.Step step, long zxid) {
        if (zxid < step.entry().zxid()) {
            throw broken(question + " was answered at 0x" + Long.toHexString(zxid) + ", but happened at 0x"
                    + Long.toHexString(step.entry().zxid()));
        }
        byte[] expected = body(question.request, step.results());
        if (expected != null && !Arrays.equals(expected, question.body)) {
            throw broken(question + " was answered with other results than " + step.results());
        }
    }

    /** {@return what stands behind the header of the reply; null when that is not known} */
    static byte @Nullable [] body(Request request, List<OpResult> results) {
        JuteWriter out = new JuteWriter(256);
        if (request instanceof Request.Multi multi) {
            Replies.writeMultiResults(out, multi.ops(), results);
            return out.toByteArray();
        }
        OpResult result = results.isEmpty() ? new OpResult.Deleted() : results.get(0);
        if (result instanceof OpResult.Created created && created.stat() != null) {
            if (request.opCode() == OpCode.CREATE) {
                ReplyBodies.writePath(out, created.path());
            } else {
                ReplyBodies.writeCreated(out, created.path(), created.stat());
            }
        } else if (result instanceof OpResult.DataSet set) {
            Replies.writeStat(out, set.stat());
        }
        return out.toByteArray();
    }

    /** There was a moment between the asking and the answer when the model refuses, too. */
    private void requireRefusal(Question question, Scene scene, long zxid) {
        ErrorCode error = question.error();
        if (error == ErrorCode.QUOTA_EXCEEDED
                || error == ErrorCode.MARSHALLING_ERROR
                || !scene.model().remembers(scene.earliest(question))) {
            return;
        }
        if (error == ErrorCode.SESSION_MOVED && hasMoved(question, scene)) {
            return;
        }
        List<State> states = new ArrayList<>();
        int looked = 0;
        for (Model.Step step : scene.model().between(scene.earliest(question), zxid)) {
            states.add(step.before());
            if (++looked > STATES_FOR_REFUSAL) {
                return;
            }
        }
        State last = scene.model().at(zxid);
        if (last != null) {
            states.add(last);
        }
        for (State state : states) {
            Judge.Verdict verdict = Judge.judge(state, question.request, question.conversation.session);
            if (verdict.txn() == null && verdict.error() == error && samePlace(question, verdict)) {
                return;
            }
        }
        throw broken(question + " was refused with " + error + ", which was right in none of " + states.size()
                + " states up to 0x" + Long.toHexString(zxid));
    }

    private static boolean hasMoved(Question question, Scene scene) {
        SessionStory story = scene.session(question.conversation.session);
        return story != null && question.conversation.place < story.conversations.size() - 1;
    }

    private static boolean samePlace(Question question, Judge.Verdict verdict) {
        List<OpResult> parts = question.refusedParts();
        if (parts.isEmpty()) {
            return true;
        }
        return verdict.place() < parts.size()
                && parts.get(verdict.place()) instanceof OpResult.Failed failed
                && failed.code() == verdict.error();
    }
}
