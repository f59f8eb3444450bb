package io.pinfold.testing.sim.oracle;

import io.pinfold.server.tree.TxnRecord;
import io.pinfold.wire.Request;

/** A request that was answered with success changed the state once, one that was refused never, and nothing else did. */
final class ExactlyOnce implements Invariant {
    @Override
    public void hear(Fact fact, Scene scene) {
        Question question = scene.answered();
        if (question != null && question.isWrite()) {
            answered(question);
        }
        Model.Step step = scene.newStep();
        TxnRecord txn = step == null ? null : step.txn();
        if (txn == null || txn.sessionId() == 0 || step == null) {
            return;
        }
        SessionStory story = scene.session(txn.sessionId());
        if (story != null
                && !story.conversations.isEmpty()
                && !story.isWild()
                && story.unexplained().contains(step)) {
            throw broken("nobody asked for " + txn + ", or not once more");
        }
    }

    private void answered(Question question) {
        boolean changes = !(question.request instanceof Request.Multi multi)
                || !multi.ops().isEmpty();
        if (question.succeeded() && question.step == null && changes && !question.conversation.wild) {
            throw broken(question + " was answered with success at 0x"
                    + Long.toHexString(question.header == null ? 0 : question.header.zxid())
                    + ", but that is another's change");
        }
        if (!question.succeeded() && question.step != null) {
            throw broken(question + " was answered with " + question.error() + ", but happened");
        }
    }
}
