package io.pinfold.cli.sim;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.ZnodePath;
import io.pinfold.testing.sim.Stage;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import org.jspecify.annotations.Nullable;

/** A barrier as Apache Curator's {@code DistributedBarrier} lowers, raises and passes it. Confined to the world's thread. */
final class CuratorGate {
    private final Setting setting;
    private final String path;
    private final GateLedger ledger;

    CuratorGate(Setting setting, String path, GateLedger ledger) {
        this.setting = setting;
        this.path = path;
        this.ledger = ledger;
    }

    // ---- passing ---------------------------------------------------------------------------------------------------

    CuratorProgram.Wish pass(CuratorProcess process, Runnable granted) {
        return new Passage(process, granted);
    }

    private final class Passage implements CuratorProgram.Wish {
        private final CuratorProcess process;
        private final Runnable granted;
        private int came;
        private boolean waiting;

        Passage(CuratorProcess process, Runnable granted) {
            this.process = process;
            this.granted = granted;
        }

        @Override
        public void begin() {
            came = ledger.coming();
            process.onNews(this::news);
            look();
        }

        /** With a sync, which Curator leaves out: a member that lags behind shows a barrier that was raised once. */
        private void look() {
            process.session().ask(new Request.Sync(path), (code, body) -> {});
            process.session().ask(new Request.Exists(path, true), (code, body) -> {
                if (code == ErrorCode.NO_NODE) {
                    through();
                } else if (code == ErrorCode.OK) {
                    waiting = true;
                } else {
                    process.later(this::look);
                }
            });
        }

        private void news(@Nullable String where) {
            if (!waiting) {
                return;
            }
            waiting = false;
            if (setting.has(Mistake.NEWS_BELIEVED)) {
                through();
            } else {
                look();
            }
        }

        private void through() {
            process.noMoreNews();
            ledger.passed(process.name(), came);
            granted.run();
        }

        @Override
        public void release() {}
    }

    // ---- keeping ---------------------------------------------------------------------------------------------------

    /** One that lowers and raises the barrier, and raises it in the end; nothing happens to its process. */
    final class Keeper implements Cast.Actor {
        private final Stage stage = setting.stage();
        private final CuratorProcess process = new CuratorProcess(stage, "curator-keeper");
        private int turns;

        Keeper(int turns) {
            this.turns = turns;
        }

        @Override
        public void start() {
            process.start();
            lower();
        }

        @Override
        public void calm() {
            turns = 0;
        }

        private void lower() {
            process.makeContainers(ZnodePath.parent(path), () -> {
                int flags = CreateMode.PERSISTENT.flag();
                Request creation = new Request.Create(OpCode.CREATE, path, process.data(), Acl.OPEN, flags, -1);
                process.session().ask(creation, (code, body) -> {
                    ledger.lowered(code == ErrorCode.OK || code == ErrorCode.NODE_EXISTS);
                    process.after(stage.below("curator-keeper.rest", 300), this::raise);
                });
            });
        }

        private void raise() {
            ledger.raising();
            process.session().ask(new Request.Delete(path, -1), (code, body) -> {
                if (code != ErrorCode.OK && code != ErrorCode.NO_NODE) {
                    process.later(this::raise);
                } else if (turns-- > 0) {
                    process.after(stage.below("curator-keeper.rest", 300), this::lower);
                }
            });
        }
    }
}
