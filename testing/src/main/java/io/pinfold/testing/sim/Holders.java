package io.pinfold.testing.sim;

import io.pinfold.testing.sim.oracle.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Who holds which lock, as the holders say themselves at the moment when somebody else says so, too. Confined to the
 * world's thread.
 */
public final class Holders {
    private record Holding(String resource, String holder, long token, BooleanSupplier held) {}

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
     * Somebody was given a lock or was elected.
     *
     * @param resource the lock or election
     * @param holder who
     * @param token the fencing token
     * @param held whether the holder still takes itself for that, asked at any time
     */
    public void gained(String resource, String holder, long token, BooleanSupplier held) {
        look();
        if (held.getAsBoolean()) {
            holdings.add(new Holding(resource, holder, token, held));
            stage.tell(new Fact.Held(stage.nowNanos(), resource, holder, token));
        }
    }

    /** Asks all holders whether they still are. */
    public void look() {
        for (Holding holding : List.copyOf(holdings)) {
            if (!holding.held().getAsBoolean()) {
                holdings.remove(holding);
                stage.tell(new Fact.Released(stage.nowNanos(), holding.resource(), holding.holder(), holding.token()));
            }
        }
    }
}
