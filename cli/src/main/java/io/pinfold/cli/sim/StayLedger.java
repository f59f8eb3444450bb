package io.pinfold.cli.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What those say who stay behind one double barrier: nobody enters before enough came, nobody has left before those who entered
 * want to leave, as far as they live. Confined to the world's thread.
 */
final class StayLedger {
    static final String ENTER = "DoubleBarrierEnter";
    static final String LEAVE = "DoubleBarrierLeave";

    /** One way through the barrier. */
    static final class Stay {
        private final String who;
        private long number;
        private final BooleanSupplier lives;
        private boolean entered;
        private long asked = Long.MAX_VALUE;

        private Stay(String who, long number, BooleanSupplier lives) {
            this.who = who;
            this.number = number;
            this.lives = lives;
        }

        @Override
        public String toString() {
            return who;
        }
    }

    private final Complaints complaints;
    private final int parties;
    private final List<Stay> stays = new ArrayList<>();
    private long steps;

    StayLedger(Complaints complaints, int parties) {
        this.complaints = complaints;
        this.parties = parties;
    }

    /**
     * Somebody wants to enter.
     *
     * @param lives whether it does, in the same session
     */
    Stay coming(String who, BooleanSupplier lives) {
        Stay stay = new Stay(who, ++steps, lives);
        stays.add(stay);
        return stay;
    }

    /** Somebody who did not wait for others is there only now: whoever asked to leave before need not know of it. */
    void late(Stay stay) {
        stay.number = ++steps;
    }

    void entered(Stay stay) {
        stay.entered = true;
        if (stays.size() < parties) {
            complaints.broken(ENTER, stay + " entered, but only " + stays + " came");
        }
    }

    /** Somebody wants to leave. */
    void leaving(Stay stay) {
        stay.asked = ++steps;
    }

    void left(Stay stay) {
        for (Stay other : stays) {
            // Who comes when others leave may be of the next round.
            boolean meant = other.entered && other.number < stay.asked;
            if (meant && other.asked == Long.MAX_VALUE && other.lives.getAsBoolean()) {
                complaints.broken(LEAVE, stay + " has left, but " + other + " stays");
            }
        }
    }
}
