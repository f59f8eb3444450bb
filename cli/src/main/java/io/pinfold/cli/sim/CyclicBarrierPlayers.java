package io.pinfold.cli.sim;

import io.pinfold.groups.Arrival;
import io.pinfold.groups.BrokenRoundException;
import io.pinfold.groups.DistributedCyclicBarrier;
import io.pinfold.testing.sim.Stage;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Programs that pass a barrier together, round after round. Confined to the world's thread. */
final class CyclicBarrierPlayers implements Players {
    static final String PASSED_AGAIN = "RoundsGoOn";
    private static final String PATH = "/barriers/rounds";
    private static final int PARTIES = 3;
    private static final int ROUNDS = 80;
    /** The longest session, and some time for its end to be seen. */
    private static final long GHOST_NANOS = 8000 * Life.MILLI;

    private static final long GO_ON_FOR = 7000 * Life.MILLI;

    private final Stage stage;
    private final RoundLedger ledger;
    private final int asked;
    private final Cast cast = new Cast();
    private final Set<String> passedCalmly = new TreeSet<>();
    private boolean over;

    CyclicBarrierPlayers(Setting setting) {
        this.stage = setting.stage();
        this.ledger = new RoundLedger(stage::broken, PARTIES, GHOST_NANOS);
        this.asked = setting.has(Mistake.ROUND_TOO_SMALL) ? PARTIES - 1 : PARTIES;
        for (int i = 0; i < PARTIES; i++) {
            cast.add(new Program(stage, "rounder" + i, this::arrive));
        }
    }

    private void arrive(Life life) {
        boolean enough = life.isCalm() ? passedCalmly.size() == PARTIES : ledger.passages() > ROUNDS * PARTIES;
        if (over || life.isCalm() && enough) {
            return;
        }
        if (enough) {
            life.after(500, () -> arrive(life));
            return;
        }
        String who = life.holder();
        long session = life.client().session().id();
        ledger.arriving(who);
        CompletableFuture<Arrival> passage =
                DistributedCyclicBarrier.at(life.client(), PATH, asked).arrive();
        passage.whenComplete((arrival, failure) -> {
            if (arrival != null) {
                passed(life, arrival.round());
            } else if (failure instanceof BrokenRoundException broken) {
                boolean kept =
                        session != 0 && session == life.client().session().id();
                ledger.broke(who, broken.round(), kept, stage.nowNanos());
            } else {
                ledger.departed(who, stage.nowNanos());
            }
            life.within("rest", 100, () -> arrive(life));
        });
        if (!life.isCalm() && life.oneIn("impatient", 10)) {
            life.within("patience", 1500, () -> passage.cancel(false));
        }
        if (!Danger.survived(life)) {
            ledger.departed(who, stage.nowNanos());
        }
    }

    private void passed(Life life, long round) {
        ledger.passed(life.holder(), round, stage.nowNanos());
        if (life.isCalm()) {
            passedCalmly.add(life.name());
        }
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void calm() {
        cast.calm();
        stage.after(GO_ON_FOR, () -> over = true);
    }

    @Override
    public void requireDone() {
        if (passedCalmly.size() != PARTIES) {
            stage.broken(PASSED_AGAIN, "only " + passedCalmly + " pass the barrier when nothing happens any more");
        }
    }

    @Override
    public long feats() {
        return ledger.passages();
    }
}
