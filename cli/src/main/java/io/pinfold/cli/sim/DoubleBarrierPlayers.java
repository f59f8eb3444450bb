package io.pinfold.cli.sim;

import io.pinfold.cli.sim.StayLedger.Stay;
import io.pinfold.client.Session;
import io.pinfold.groups.DistributedDoubleBarrier;
import io.pinfold.groups.DoubleBarrierEntry;
import io.pinfold.testing.sim.Stage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Programs that begin together and end together, each time behind another barrier. Confined to the world's thread. */
final class DoubleBarrierPlayers implements Players {
    static final String ENTERED_AGAIN = "DoubleBarriersGoOn";
    private static final String PATH = "/barriers/double";
    private static final int PARTIES = 3;
    private static final int ROUNDS = 60;
    private static final int PATIENCE = 3000;

    private final Stage stage;
    private final boolean hasty;
    private final int asked;
    private final Cast cast = new Cast();
    private final Map<Integer, StayLedger> ledgers = new HashMap<>();
    private final Set<String> leftCalmly = new TreeSet<>();
    /** The newest barrier that somebody came to. */
    private int round;

    private int entries;

    DoubleBarrierPlayers(Setting setting) {
        this.stage = setting.stage();
        this.hasty = setting.has(Mistake.LEFT_WITHOUT_WAITING);
        this.asked = setting.has(Mistake.ENTERED_TOO_EARLY) ? PARTIES - 1 : PARTIES;
        for (int i = 0; i < PARTIES; i++) {
            cast.add(new Program(stage, "dancer" + i, this::enter));
        }
    }

    private void enter(Life life) {
        boolean enough = life.isCalm() ? leftCalmly.size() == PARTIES : round >= ROUNDS;
        if (enough) {
            life.after(500, () -> {
                if (!life.isCalm()) {
                    enter(life);
                } else if (leftCalmly.size() < PARTIES) {
                    enter(life);
                }
            });
            return;
        }
        int mine = round;
        StayLedger ledger = ledgers.computeIfAbsent(mine, number -> new StayLedger(stage::broken, PARTIES));
        Session session = life.client().session();
        Stay stay = ledger.coming(
                life.holder(),
                () -> !life.isOver()
                        && life.client().session().id() == session.id()
                        && !session.remaining().isZero());
        CompletableFuture<DoubleBarrierEntry> entering =
                DistributedDoubleBarrier.at(life.client(), PATH + mine, asked).enterAsync();
        entering.whenComplete((entry, failure) -> {
            if (entry == null) {
                life.within("rest", 100, () -> enter(life));
            } else {
                entries++;
                ledger.entered(stay);
                life.within("work", 50, () -> leave(life, ledger, stay, entry, mine));
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
            if (life.isCalm()) {
                leftCalmly.add(life.name());
            }
            round = Math.max(round, mine + 1);
            life.within("rest", 100, () -> enter(life));
        });
        Danger.survived(life);
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void requireDone() {
        if (leftCalmly.size() != PARTIES) {
            stage.broken(ENTERED_AGAIN, "only " + leftCalmly + " come through when nothing happens any more");
        }
    }

    @Override
    public long feats() {
        return entries;
    }
}
