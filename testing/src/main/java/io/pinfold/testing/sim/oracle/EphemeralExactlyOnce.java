package io.pinfold.testing.sim.oracle;

import io.pinfold.server.tree.Txn;
import io.pinfold.server.tree.TxnRecord;
import java.util.TreeSet;

/** The end of a session removes all of its ephemeral znodes and no others, and none appears for a session that is over. */
final class EphemeralExactlyOnce implements Invariant {
    @Override
    public void hear(Fact fact, Scene scene) {
        Model.Step step = scene.newStep();
        TxnRecord txn = step == null ? null : step.txn();
        if (step == null || txn == null || !(txn.body() instanceof Txn.CloseSession close)) {
            return;
        }
        TreeSet<String> expected = new TreeSet<>(step.before().ephemerals(txn.sessionId()));
        if (!expected.equals(new TreeSet<>(close.ephemerals()))
                || expected.size() != close.ephemerals().size()) {
            throw broken("session 0x" + Long.toHexString(txn.sessionId()) + " ends with " + close.ephemerals()
                    + " instead of " + expected);
        }
    }

    @Override
    public void end(long atNanos, Scene scene) {
        State last = scene.model().last();
        last.nodes.forEach((path, node) -> {
            if (node.owner != 0 && !last.sessions.containsKey(node.owner)) {
                throw broken(path + " belongs to session 0x" + Long.toHexString(node.owner) + ", which is over");
            }
        });
    }
}
