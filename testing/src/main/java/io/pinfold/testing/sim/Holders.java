package io.pinfold.testing.sim;

import io.pinfold.testing.sim.oracle.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Who holds which lock, as the holders say themselves at the moment when somebody else says so, too. Confined to the
 * world's thread.
 */
public final class Holders {
    /** What a holder says when it is asked. */
    public enum Claim {
        /** It takes itself for the holder. */
        HELD,
        /** It does not know, and may take itself for the holder again. */
        UNCERTAIN,
        /** It is not the holder any more. */
        OVER
    }

    private static final class Holding {
        final String resource;
        final String holder;
        final long token;
        final int share;
        final int whole;
        final Supplier<Claim> claim;
        boolean told;

        Holding(String resource, String holder, long token, int share, int whole, Supplier<Claim> claim) {
            this.resource = resource;
            this.holder = holder;
            this.token = token;
            this.share = share;
            this.whole = whole;
            this.claim = claim;
        }
    }

    private final Stage stage;
    private final List<Holding> holdings = new ArrayList<>();

    /**
     * Makes a list of nobody.
     *
     * @param stage the world
     */
    public Holders(Stage stage) {
        this.stage = stage;
    }

    /**
     * Somebody was given something that it has for itself alone.
     *
     * @param resource the lock or election
     * @param holder who
     * @param token the fencing token
     * @param claim what the holder says, asked at any time
     */
    public void gained(String resource, String holder, long token, Supplier<Claim> claim) {
        gained(resource, holder, token, 1, 1, claim);
    }

    /**
     * Somebody was given a share of something.
     *
     * @param resource the lock or semaphore
     * @param holder who
     * @param token the fencing token, which no other share has
     * @param share how much of it
     * @param whole how much of it there is
     * @param claim what the holder says, asked at any time
     */
    public void gained(String resource, String holder, long token, int share, int whole, Supplier<Claim> claim) {
        look();
        holdings.add(new Holding(resource, holder, token, share, whole, claim));
        look();
    }

    /** Asks all holders whether they still are; first those who say no. */
    public void look() {
        List<Holding> sure = new ArrayList<>();
        for (Holding holding : List.copyOf(holdings)) {
            Claim claim = holding.claim.get();
            if (claim == Claim.HELD) {
                sure.add(holding);
            } else {
                released(holding);
            }
            if (claim == Claim.OVER) {
                holdings.remove(holding);
            }
        }
        for (Holding holding : sure) {
            if (!holding.told) {
                holding.told = true;
                stage.tell(new Fact.Held(
                        stage.nowNanos(),
                        holding.resource,
                        holding.holder,
                        holding.token,
                        holding.share,
                        holding.whole));
            }
        }
    }

    private void released(Holding holding) {
        if (holding.told) {
            holding.told = false;
            stage.tell(new Fact.Released(stage.nowNanos(), holding.resource, holding.holder, holding.token));
        }
    }
}
