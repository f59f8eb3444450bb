package io.pinfold.cli.sim;

import io.pinfold.testing.sim.Stage;

/**
 * A program that goes through one double barrier after the other as with Apache Curator. Who fails, or gives up, leaves a znode
 * behind there; so the program ends its process then, and begins another one. Confined to the world's thread.
 */
final class CuratorDancer implements Cast.Actor, CuratorPassage.End {
    private static final String NAME = "curator-dancer";
    private static final int RESTARTED_WITHIN = 500;
    private static final int RESTS = 100;
    private static final int LOOKS_EVERY = 500;
    private static final int DIES_ONE_IN = 30;

    private final Setting setting;
    private final Stage stage;
    private final DoubleBarriers barriers;
    private int lives;
    private boolean calm;

    CuratorDancer(Setting setting, DoubleBarriers barriers) {
        this.setting = setting;
        this.stage = setting.stage();
        this.barriers = barriers;
    }

    @Override
    public void start() {
        CuratorProcess process = new CuratorProcess(stage, NAME + '.' + ++lives);
        process.start();
        next(process);
    }

    @Override
    public void calm() {
        calm = true;
    }

    private void next(CuratorProcess process) {
        if (barriers.isEnough(calm)) {
            process.after(LOOKS_EVERY, () -> next(process));
        } else if (!process.session().isSure()) {
            process.later(() -> next(process));
        } else {
            new CuratorPassage(setting, process, barriers, barriers.round(), this).enter();
        }
    }

    @Override
    public boolean isNow() {
        return !calm && stage.below(NAME + ".fate", DIES_ONE_IN) == 0;
    }

    @Override
    public void left(CuratorProcess process, int number) {
        barriers.over(number, NAME, calm);
        process.after(stage.below(NAME + ".rest", RESTS), () -> next(process));
    }

    @Override
    public void over() {
        stage.after(stage.below(NAME + ".restart", RESTARTED_WITHIN) * Life.MILLI, this::start);
    }
}
