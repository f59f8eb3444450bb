package io.pinfold.cli.sim;

/** Moments in which a program may be held up or killed. Stateless. */
final class Danger {
    /** It happens in one of so many. */
    private static final int ONE_IN = 30;

    private static final int LONGEST_PAUSE = 4000;

    private Danger() {}

    /** {@return whether the program still lives after such a moment} */
    static boolean survived(Life life) {
        if (!life.isCalm() && !life.isOver()) {
            switch (life.below("fate", ONE_IN)) {
                case 0 -> life.killAndRestart();
                case 1 -> life.holdUp(life.below("pause", LONGEST_PAUSE));
                default -> {}
            }
        }
        return !life.isOver();
    }
}
