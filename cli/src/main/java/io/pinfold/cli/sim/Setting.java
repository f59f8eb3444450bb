package io.pinfold.cli.sim;

import io.pinfold.testing.sim.Holders;
import io.pinfold.testing.sim.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Where programs live. Confined to the world's thread.
 *
 * @param stage the world
 * @param holders who holds what in it; asked now and then while the world runs
 * @param mistake what the programs do wrong on purpose; null for nothing
 */
record Setting(Stage stage, Holders holders, @Nullable Mistake mistake) {
    boolean has(Mistake planted) {
        return mistake == planted;
    }
}
