package io.pinfold.cli.sim;

import io.pinfold.testing.sim.Stage;

/**
 * A program that lives, is killed and started anew, each time in a process and with a client of its own. Confined to the
 * world's thread.
 */
final class Program implements Cast.Actor {
    private static final int RESTARTED_WITHIN = 500;

    /** What a program does in one life. */
    @FunctionalInterface
    interface Script {
        /**
         * Begins. Called in the life's process.
         *
         * @param life the process and its client
         */
        void begin(Life life);
    }

    private final Stage stage;
    private final String name;
    private final Script script;
    private int lives;
    private boolean calm;
    private Life life;

    Program(Stage stage, String name, Script script) {
        this.stage = stage;
        this.name = name;
        this.script = script;
        this.life = nextLife();
    }

    private Life nextLife() {
        return new Life(this, stage, name, ++lives);
    }

    /** Begins the first life. */
    @Override
    public void start() {
        Life first = life;
        first.run(() -> script.begin(first));
    }

    /** Begins nothing new; scripts ask {@link Life#isCalm}. */
    @Override
    public void calm() {
        calm = true;
    }

    boolean isCalm() {
        return calm;
    }

    /** {@return the present life} */
    Life life() {
        return life;
    }

    /** Kills the process, and starts another one a little later. */
    void killAndRestart() {
        life.host().kill();
        long pause = stage.below(name + ".restart", RESTARTED_WITHIN) * Life.MILLI;
        stage.after(pause, () -> {
            life = nextLife();
            start();
        });
    }
}
