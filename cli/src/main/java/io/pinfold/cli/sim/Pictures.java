package io.pinfold.cli.sim;

import io.pinfold.ZnodePath;
import io.pinfold.config.ConfigEntry;
import io.pinfold.config.ConfigSnapshot;
import io.pinfold.groups.Member;
import io.pinfold.groups.Members;
import io.pinfold.testing.sim.Stage;
import io.pinfold.testing.sim.oracle.Fact;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Shows those who judge what programs see of a subtree. Stateless. */
final class Pictures {
    private static final int ALL_LEVELS = 100;

    private Pictures() {}

    /** Shows a configuration, at its zxid or as the present one. */
    static void show(Stage stage, String viewer, ConfigSnapshot seen, boolean present) {
        if (!seen.exact()) {
            return;
        }
        show(stage, viewer, seen.root(), seen.entries(), seen.zxid(), present);
    }

    /** Shows some keys of a configuration and their data. */
    static void show(Stage stage, String viewer, String root, List<ConfigEntry> entries, long zxid, boolean present) {
        SortedMap<String, Fact.Znode> znodes = new TreeMap<>();
        for (ConfigEntry entry : entries) {
            if (!entry.key().isEmpty()) {
                znodes.put(root + '/' + entry.key(), new Fact.Znode(entry.createdAt(), entry.changedAt()));
            }
        }
        stage.tell(new Fact.Saw(stage.nowNanos(), viewer, root, ALL_LEVELS, zxid, present, znodes));
    }

    /** Shows a group, at its zxid or as the present one. */
    static void show(Stage stage, String viewer, String root, Members<?> seen, boolean present) {
        if (!seen.exact()) {
            return;
        }
        SortedMap<String, Fact.Znode> znodes = new TreeMap<>();
        for (Member<?> member : seen.all()) {
            znodes.put(ZnodePath.child(root, member.id()), new Fact.Znode(member.joinedAt(), member.updatedAt()));
        }
        stage.tell(new Fact.Saw(stage.nowNanos(), viewer, root, 1, seen.zxid(), present, znodes));
    }
}
