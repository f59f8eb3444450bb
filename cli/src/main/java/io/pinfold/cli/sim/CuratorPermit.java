package io.pinfold.cli.sim;

import io.pinfold.ErrorCode;
import io.pinfold.testing.sim.Holders.Claim;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import org.jspecify.annotations.Nullable;

/**
 * One permit, as Apache Curator takes it: as the only one who looks it creates a znode, and waits until there are no more of
 * them than permits. Confined to the world's thread.
 */
final class CuratorPermit implements CuratorProgram.Wish, CuratorPlace.Next {
    private final Setting setting;
    private final CuratorProcess process;
    private final String path;
    private final String leases;
    private final int size;
    private final Runnable granted;
    private final CuratorQueue turn;
    private CuratorPlace permit;
    private boolean full;
    private boolean over;

    CuratorPermit(Setting setting, CuratorProcess process, String path, int size, Runnable granted) {
        this.setting = setting;
        this.process = process;
        this.path = path;
        this.leases = path + "/leases";
        this.size = size;
        this.granted = granted;
        this.turn = CuratorQueue.first(process, path + "/locks", "lock-", queue -> take());
        this.permit = new CuratorPlace(process, leases, "lease-", this);
    }

    @Override
    public void begin() {
        turn.begin();
    }

    private void take() {
        permit = new CuratorPlace(process, leases, "lease-", this);
        permit.begin();
    }

    @Override
    public void created() {
        look();
    }

    private void look() {
        full = false;
        process.onNews(this::news);
        process.session().ask(new Request.GetChildren(leases, true), (code, body) -> {
            if (code != ErrorCode.OK) {
                process.later(this::look);
                return;
            }
            var names = ReplyBodies.readNames(body);
            if (!names.contains(permit.name())) {
                startOver();
            } else if (names.size() <= size) {
                have();
            } else {
                full = true;
            }
        });
    }

    /** The session is another one, and so the turn is gone, too. */
    private void startOver() {
        process.noMoreNews();
        turn.begin();
    }

    private void news(@Nullable String where) {
        if (full && (where == null || where.equals(leases))) {
            look();
        }
    }

    private void have() {
        process.noMoreNews();
        CuratorPlace mine = permit;
        setting.holders()
                .gained(path, mine.name(), mine.czxid(), 1, size, () -> over ? Claim.OVER : process.claim(mine));
        turn.release();
        granted.run();
    }

    @Override
    public void release() {
        over = true;
        process.delete(permit.path());
    }
}
