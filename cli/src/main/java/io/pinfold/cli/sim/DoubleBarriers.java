package io.pinfold.cli.sim;

import io.pinfold.testing.sim.Stage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Double barriers, one after the other, with who came through; all programs go to the newest one. Confined to the world's thread. */
final class DoubleBarriers {
    static final String GO_ON = "DoubleBarriersGoOn";
    static final int PARTIES = 3;
    private static final String PATH = "/barriers/double";
    private static final int ROUNDS = 60;

    private final Stage stage;
    private final Map<Integer, StayLedger> ledgers = new HashMap<>();
    private final Set<String> leftCalmly = new TreeSet<>();
    /** The newest barrier that somebody came to. */
    private int round;

    private int entries;

    DoubleBarriers(Stage stage) {
        this.stage = stage;
    }

    /** {@return whether nobody needs to come any more} */
    boolean isEnough(boolean calm) {
        return calm ? leftCalmly.size() == PARTIES : round >= ROUNDS;
    }

    /** {@return the number of the barrier to go to} */
    int round() {
        return round;
    }

    String path(int number) {
        return PATH + number;
    }

    StayLedger ledger(int number) {
        return ledgers.computeIfAbsent(number, each -> new StayLedger(stage::broken, PARTIES));
    }

    void entered() {
        entries++;
    }

    int entries() {
        return entries;
    }

    /** A program has left a barrier, or failed to. */
    void over(int number, String program, boolean calm) {
        round = Math.max(round, number + 1);
        if (calm) {
            leftCalmly.add(program);
        }
    }

    void requireDone() {
        if (leftCalmly.size() != PARTIES) {
            stage.broken(GO_ON, "only " + leftCalmly + " come through when nothing happens any more");
        }
    }
}
