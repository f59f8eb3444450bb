package io.pinfold.testing.sim.oracle;

import io.pinfold.ZnodePath;
import io.pinfold.server.tree.Txn;
import io.pinfold.server.tree.TxnRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every child that a znode ever gets has a number of its own, one more than the one before, whatever was deleted. */
final class SequenceNumbers implements Invariant {
    private record Parent(String path, long czxid) {}

    private final Map<Parent, Long> numbers = new HashMap<>();

    @Override
    public void hear(Fact fact, Scene scene) {
        Model.Step step = scene.newStep();
        TxnRecord txn = step == null ? null : step.txn();
        if (step == null || txn == null) {
            return;
        }
        List<Txn> ops = txn.body() instanceof Txn.Multi multi ? multi.ops() : List.of(txn.body());
        for (Txn op : ops) {
            if (op instanceof Txn.Create create) {
                String path = ZnodePath.parent(create.path());
                ModelNode node = step.after().node(path);
                long number = numbers.merge(new Parent(path, node == null ? txn.zxid() : node.czxid), 1L, Long::sum);
                if (number != create.parentCreated()) {
                    throw broken(create.path() + " was created as child " + create.parentCreated() + " instead of "
                            + number);
                }
            }
        }
    }
}
