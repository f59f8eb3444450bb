package io.pinfold.cli.sim;

/** What those say who lower and raise a barrier and who pass it: it holds while it is lowered. Confined to the world's thread. */
final class GateLedger {
    static final String HOLDS = "BarrierHolds";
    /** It was not known to be lowered. */
    private static final int NOBODY_KNOWS = -1;

    private final Complaints complaints;
    private int raises;
    /** Whether somebody was told that the barrier is lowered, and nobody began to raise it since. */
    private boolean lowered;

    private int passages;

    GateLedger(Complaints complaints) {
        this.complaints = complaints;
    }

    void lowered(boolean known) {
        lowered = known;
    }

    void raising() {
        lowered = false;
        raises++;
    }

    /** {@return what {@link #passed} has to know of who comes now} */
    int coming() {
        return lowered ? raises : NOBODY_KNOWS;
    }

    void passed(String who, int came) {
        passages++;
        if (came == raises) {
            complaints.broken(HOLDS, who + " passes a barrier that is lowered");
        }
    }

    int passages() {
        return passages;
    }
}
