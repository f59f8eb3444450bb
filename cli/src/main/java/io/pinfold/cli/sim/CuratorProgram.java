package io.pinfold.cli.sim;

import io.pinfold.testing.sim.Stage;

/**
 * A program with Apache Curator that takes something, has it for a while and gives it back, again and again; now and then it is
 * killed and started anew. Confined to the world's thread.
 */
final class CuratorProgram implements Cast.Actor {
    private static final long MILLI = 1_000_000;

    /** One wish of it. */
    interface Wish {
        /** It begins to ask. */
        void begin();

        /** It gives back what it was given. */
        void release();
    }

    /** Makes wishes. */
    @FunctionalInterface
    interface Wishing {
        /**
         * {@return the next wish of a process}
         *
         * @param process the process
         * @param granted to be called when it is granted
         */
        Wish next(CuratorProcess process, Runnable granted);
    }

    private final Stage stage;
    private final String name;
    private final Wishing wishing;
    private CuratorProcess process;
    private boolean calm;
    private boolean waiting;
    private int lives;
    private int grants;

    CuratorProgram(Stage stage, String name, Wishing wishing) {
        this.stage = stage;
        this.name = name;
        this.wishing = wishing;
        this.process = new CuratorProcess(stage, name + '.' + lives);
    }

    @Override
    public void start() {
        process.start();
        wish(process);
    }

    @Override
    public void calm() {
        calm = true;
        if (waiting) {
            process.close(); // whatever it left behind goes with the session
        }
    }

    @Override
    public int grants() {
        return grants;
    }

    private void wish(CuratorProcess mine) {
        if (calm || mine.isDead()) {
            mine.close();
            return;
        }
        waiting = true;
        Wish[] wish = new Wish[1];
        wish[0] = wishing.next(mine, () -> granted(mine, wish[0]));
        wish[0].begin();
    }

    private void granted(CuratorProcess mine, Wish wish) {
        if (mine.isDead()) {
            return;
        }
        waiting = false;
        grants++;
        if (stage.below(name + ".fate", 16) == 0) {
            mine.die();
            stage.after(stage.below(name + ".restart", 500) * MILLI, () -> {
                process = new CuratorProcess(stage, name + '.' + ++lives);
                start();
            });
            return;
        }
        stage.after(stage.below(name + ".hold", 40) * MILLI, () -> {
            wish.release();
            stage.after(stage.below(name + ".rest", 80) * MILLI, () -> wish(mine));
        });
    }
}
