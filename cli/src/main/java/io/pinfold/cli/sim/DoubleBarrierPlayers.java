package io.pinfold.cli.sim;

import io.pinfold.cli.sim.StayLedger.Stay;
import io.pinfold.client.Session;
import io.pinfold.groups.DistributedDoubleBarrier;
import io.pinfold.groups.DoubleBarrierEntry;
import io.pinfold.testing.sim.Stage;
import java.util.concurrent.CompletableFuture;

/**
 * Programs that begin together and end together, each time behind another barrier; in some worlds one of them is with Apache
 * Curator. Confined to the world's thread.
 */
final class DoubleBarrierPlayers implements Players {
    private static final int PATIENCE = 3000;
    private static final int WORK = 50;
    private static final int REST = 100;
    /** Longer than sessions live without a word. */
    private static final int LONG = 4000;
    /** Something takes long once in so many times; more often where mistakes would show only then. */
    private static final int SLOW_ONE_IN = 8;

    private final int slowOneIn;
    private final boolean hasty;
    private final int asked;
    private final Cast cast = new Cast();
    private final DoubleBarriers barriers;

    DoubleBarrierPlayers(Setting setting) {
        Stage stage = setting.stage();
        this.hasty = setting.has(Mistake.LEFT_WITHOUT_WAITING);
        this.asked = DoubleBarriers.PARTIES - (setting.has(Mistake.ENTERED_TOO_EARLY) ? 1 : 0);
        this.barriers = new DoubleBarriers(stage);
        boolean mistaken = setting.has(Mistake.WOKEN_UP) || setting.has(Mistake.LAST_ONE_OVERLOOKED);
        boolean mixed = mistaken || stage.below("double.curators", 2) == 0;
        this.slowOneIn = mistaken ? 2 : SLOW_ONE_IN;
        int ours = DoubleBarriers.PARTIES - (mixed ? 1 : 0);
        for (int i = 0; i < ours; i++) {
            cast.add(new Program(stage, "dancer" + i, this::enter));
        }
        if (mixed) {
            cast.add(new CuratorDancer(setting, barriers));
        }
    }

    private void enter(Life life) {
        if (barriers.isEnough(life.isCalm())) {
            life.after(500, () -> {
                if (!life.isCalm() || !barriers.isEnough(true)) {
                    enter(life);
                }
            });
            return;
        }
        int mine = barriers.round();
        StayLedger ledger = barriers.ledger(mine);
        Session session = life.client().session();
        Stay stay = ledger.coming(
                life.holder(),
                () -> !life.isOver()
                        && life.client().session().id() == session.id()
                        && !session.remaining().isZero());
        CompletableFuture<DoubleBarrierEntry> entering = DistributedDoubleBarrier.at(
                        life.client(), barriers.path(mine), asked)
                .enterAsync();
        entering.whenComplete((entry, failure) -> {
            if (entry == null) {
                life.within("rest", REST, () -> enter(life));
            } else {
                barriers.entered();
                ledger.entered(stay);
                within(life, WORK, () -> leave(life, ledger, stay, entry, mine));
                Danger.survived(life);
            }
        });
        life.after(PATIENCE, () -> entering.cancel(false));
        Danger.survived(life);
    }

    private void leave(Life life, StayLedger ledger, Stay stay, DoubleBarrierEntry entry, int mine) {
        ledger.leaving(stay);
        CompletableFuture<Void> leaving = entry.leaveAsync();
        if (hasty) {
            leaving.cancel(false);
        }
        leaving.whenComplete((left, failure) -> {
            if (failure == null || hasty) {
                ledger.left(stay);
            }
            barriers.over(mine, life.name(), life.isCalm());
            within(life, REST, () -> enter(life));
        });
        Danger.survived(life);
    }

    private void within(Life life, int millis, Runnable task) {
        boolean slow = !life.isCalm() && life.oneIn("slow", slowOneIn);
        life.within("step", slow ? LONG : millis, task);
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void requireDone() {
        barriers.requireDone();
    }

    @Override
    public long feats() {
        return barriers.entries();
    }
}
