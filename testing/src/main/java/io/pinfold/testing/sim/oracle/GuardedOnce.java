package io.pinfold.testing.sim.oracle;

import io.pinfold.server.tree.Txn;
import io.pinfold.server.tree.TxnRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A creation that is repeated until it is settled happens once if the program was told so, and never twice. */
final class GuardedOnce implements Invariant {
    private static final String GUARDED = "guarded:";

    private final Map<String, Integer> created = new HashMap<>();
    private final Set<String> refused = new HashSet<>();

    @Override
    public void hear(Fact fact, Scene scene) {
        if (fact instanceof Fact.Claimed claimed) {
            int times = created.getOrDefault(claimed.token(), 0);
            if (claimed.made() != (times == 1)) {
                throw broken(claimed.token() + " was " + (claimed.made() ? "" : "not ")
                        + "made, a program was told, but " + times + " times it was");
            }
            if (!claimed.made()) {
                refused.add(claimed.token());
            }
        }
        Model.Step step = scene.newStep();
        TxnRecord txn = step == null ? null : step.txn();
        if (txn == null) {
            return;
        }
        for (Txn op : txn.body() instanceof Txn.Multi multi ? multi.ops() : List.of(txn.body())) {
            if (op instanceof Txn.Create create && create.data() != null) {
                count(new String(create.data(), StandardCharsets.UTF_8), create.path());
            }
        }
    }

    private void count(String token, String path) {
        if (!token.startsWith(GUARDED)) {
            return;
        }
        if (created.merge(token, 1, Integer::sum) > 1) {
            throw broken(token + " was made again as " + path);
        }
        if (refused.contains(token)) {
            throw broken(token + " was made as " + path + " after a program was told that it was not");
        }
    }
}
