package io.pinfold.cli.sim;

import io.pinfold.Op;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.CreateOptions;
import io.pinfold.framework.Lease;
import io.pinfold.testing.sim.oracle.ZnodeView;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A znode that the holders of one lease write to, each its token, in transactions that check the lease. Judges that no write of
 * a lease is committed once another was granted. Confined to the world's thread.
 */
final class GuardedWrites {
    private static final String PROMISE = "guarded writes";

    private final Setting setting;
    private final String path;
    private long highest;
    private int version;

    GuardedWrites(Setting setting, String name) {
        this.setting = setting;
        this.path = "/guarded-" + name;
        setting.stage().onCommit(this::look);
    }

    /** A holder was granted its lease. */
    void granted(Life life, Lease lease) {
        highest = Math.max(highest, lease.fencingToken());
        if (setting.stage().committed(path) == null) {
            life.client().async().create(path, new byte[0], CreateOptions.PERSISTENT);
        }
    }

    /** A holder writes; perhaps one that does not know that it lost the lease. */
    void write(Life life, Lease lease) {
        byte[] data = String.valueOf(lease.fencingToken()).getBytes(StandardCharsets.UTF_8);
        AsyncClient calls = life.client().async();
        if (setting.has(Mistake.UNGUARDED_WRITES)) {
            calls.set(path, data, -1);
        } else {
            calls.multi(List.of(lease.check(), Op.set(path, data)));
        }
    }

    private void look() {
        ZnodeView now = setting.stage().committed(path);
        if (now != null && now.version() > version) {
            version = now.version();
            long token = Long.parseLong(now.data());
            if (token < highest) {
                setting.stage()
                        .broken(
                                PROMISE,
                                path + " was written with token " + token + " after " + highest + " was granted");
            }
        }
    }
}
