package io.pinfold.testing.sim.oracle;

import io.pinfold.wire.OpCode;

/** Behind a sync a session sees everything that anybody had seen when it asked for the sync. */
final class SyncFreshness implements Invariant {
    @Override
    public void hear(Fact fact, Scene scene) {
        Question question = scene.answered();
        if (question != null
                && question.header != null
                && question.request.opCode() == OpCode.SYNC
                && question.header.err() == 0
                && question.header.zxid() < question.seenBefore) {
            throw broken(question + " was answered at 0x" + Long.toHexString(question.header.zxid()) + ", but 0x"
                    + Long.toHexString(question.seenBefore) + " had been seen before");
        }
    }
}
