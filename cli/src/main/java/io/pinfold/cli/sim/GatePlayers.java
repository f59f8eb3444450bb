package io.pinfold.cli.sim;

import io.pinfold.groups.DistributedBarrier;
import io.pinfold.testing.sim.Stage;
import java.util.Set;
import java.util.TreeSet;

/**
 * A program that lowers and raises a barrier, and programs that wait for it to be raised; in some worlds they are with Apache
 * Curator, too. Confined to the world's thread.
 */
final class GatePlayers implements Players {
    static final String LETS_PASS = "BarrierLetsPass";
    private static final String PATH = "/gates/one";
    private static final int PASSERS = 2;
    private static final int TURNS = 60;

    private final Stage stage;
    private final boolean opensItself;
    private final GateLedger ledger;
    private final Cast cast = new Cast();
    private final Set<String> waiting = new TreeSet<>();
    private int turns;

    GatePlayers(Setting setting) {
        this.stage = setting.stage();
        this.opensItself = setting.has(Mistake.BARRIER_NOT_MINDED);
        this.ledger = new GateLedger(stage::broken);
        CuratorGate gate = new CuratorGate(setting, PATH, ledger);
        if (setting.mistake() == null && stage.below("gate.keeper", 3) == 0) {
            cast.add(gate.new Keeper(TURNS));
        } else {
            cast.add(new Program(stage, "keeper", this::lower));
        }
        for (int i = 0; i < PASSERS; i++) {
            cast.add(new Program(stage, "passer" + i, this::pass));
        }
        if (setting.has(Mistake.NEWS_BELIEVED) || stage.below("gate.curators", 2) == 0) {
            cast.add(new CuratorProgram(stage, "curator-passer", gate::pass));
        }
    }

    private void lower(Life life) {
        if (life.isCalm() || turns++ > TURNS) {
            raise(life);
            return;
        }
        DistributedBarrier.at(life.client(), PATH).lowerAsync().whenComplete((done, failure) -> {
            ledger.lowered(failure == null);
            if (Danger.survived(life)) {
                life.within("rest", 300, () -> raise(life));
            }
        });
    }

    /** Nothing happens to the keeper meanwhile: what a dead one sent would raise the barrier later. */
    private void raise(Life life) {
        ledger.raising();
        DistributedBarrier.at(life.client(), PATH).raiseAsync().whenComplete((done, failure) -> {
            if (failure != null) {
                life.after(100, () -> raise(life));
            } else if (!life.isCalm() && turns <= TURNS) {
                life.within("rest", 300, () -> lower(life));
            }
        });
    }

    private void pass(Life life) {
        waiting.remove(life.name());
        if (life.isCalm()) {
            return;
        }
        waiting.add(life.name());
        int came = ledger.coming();
        String path = opensItself ? PATH + "-elsewhere" : PATH;
        DistributedBarrier.at(life.client(), path).whenRaised().whenComplete((done, failure) -> {
            if (failure == null) {
                ledger.passed(life.holder(), came);
            }
            life.within("rest", 200, () -> pass(life));
        });
        Danger.survived(life);
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void requireDone() {
        if (!waiting.isEmpty()) {
            stage.broken(LETS_PASS, waiting + " wait at a barrier that is raised");
        }
    }

    @Override
    public long feats() {
        return ledger.passages();
    }
}
