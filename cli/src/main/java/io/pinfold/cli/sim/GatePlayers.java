package io.pinfold.cli.sim;

import io.pinfold.groups.DistributedBarrier;
import io.pinfold.testing.sim.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A program that lowers and raises a barrier, and programs that wait for it to be raised. Confined to the world's thread. */
final class GatePlayers implements Players {
    static final String HOLDS = "BarrierHolds";
    static final String LETS_PASS = "BarrierLetsPass";
    private static final String PATH = "/gates/one";
    private static final int PASSERS = 2;
    private static final int TURNS = 60;

    private final Stage stage;
    private final boolean opensItself;
    private final Program keeper;
    private final List<Program> passers = new ArrayList<>();
    private final Set<String> waiting = new TreeSet<>();
    private int raises;
    /** Whether the keeper was told that the barrier is lowered, and did not begin to raise it since. */
    private boolean lowered;

    private int turns;
    private int passages;

    GatePlayers(Setting setting) {
        this.stage = setting.stage();
        this.opensItself = setting.has(Mistake.BARRIER_NOT_MINDED);
        this.keeper = new Program(stage, "keeper", this::lower);
        for (int i = 0; i < PASSERS; i++) {
            passers.add(new Program(stage, "passer" + i, this::pass));
        }
    }

    private void lower(Life life) {
        if (life.isCalm() || turns++ > TURNS) {
            raise(life);
            return;
        }
        DistributedBarrier.at(life.client(), PATH).lowerAsync().whenComplete((done, failure) -> {
            lowered = failure == null;
            if (Danger.survived(life)) {
                life.within("rest", 300, () -> raise(life));
            }
        });
    }

    /** Nothing happens to the keeper meanwhile: what a dead one sent would raise the barrier later. */
    private void raise(Life life) {
        lowered = false;
        raises++;
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
        boolean closed = lowered;
        int before = raises;
        String path = opensItself ? PATH + "-elsewhere" : PATH;
        DistributedBarrier.at(life.client(), path).whenRaised().whenComplete((done, failure) -> {
            if (failure == null) {
                passages++;
                if (closed && raises == before) {
                    stage.broken(HOLDS, life.holder() + " passes a barrier that is lowered");
                }
            }
            life.within("rest", 200, () -> pass(life));
        });
        Danger.survived(life);
    }

    @Override
    public void start() {
        keeper.start();
        passers.forEach(Program::start);
    }

    @Override
    public void calm() {
        keeper.calm();
        passers.forEach(Program::calm);
    }

    @Override
    public void requireDone() {
        if (!waiting.isEmpty()) {
            stage.broken(LETS_PASS, waiting + " wait at a barrier that is raised");
        }
    }

    @Override
    public long feats() {
        return passages;
    }
}
