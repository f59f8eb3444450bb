package io.pinfold.cli.sim;

import io.pinfold.framework.LeaseState;
import io.pinfold.testing.sim.Holders.Claim;

/** What programs say of their leases to those who judge. Stateless. */
final class Claims {
    private Claims() {}

    /** {@return what a program says of itself whose lease is in this state} */
    static Claim of(Life life, LeaseState state) {
        if (life.isOver()) {
            return Claim.OVER;
        }
        return switch (state) {
            case HELD -> Claim.HELD;
            case UNCERTAIN -> Claim.UNCERTAIN;
            case LOST, RELEASED -> Claim.OVER;
        };
    }
}
