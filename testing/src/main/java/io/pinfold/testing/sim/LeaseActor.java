package io.pinfold.testing.sim;

import io.pinfold.client.PinfoldClient;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Lease;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A program that contends for a lock or an election, has it for a while, and gives it back; now and then it is held up or
 * killed while it has it. Confined to the world's thread.
 */
public final class LeaseActor {
    /**
     * Makes what asks for the lease, for the client of one life.
     */
    @FunctionalInterface
    public interface Recipe extends Function<RecipeClient, Supplier<? extends CompletableFuture<? extends Lease>>> {}

    private static final long MILLI = 1_000_000;

    private final Stage stage;
    private final Holders holders;
    private final String name;
    private final String resource;
    private final Recipe recipe;
    private int lives;
    private int grants;
    private boolean calm;
    private boolean contending;
    private SimHost host;
    private Supplier<? extends CompletableFuture<? extends Lease>> acquire;

    /**
     * Starts the program, which does not contend yet.
     *
     * @param stage the world
     * @param holders who holds what
     * @param name who it is
     * @param resource what it contends for
     * @param recipe how
     */
    public LeaseActor(Stage stage, Holders holders, String name, String resource, Recipe recipe) {
        this.stage = stage;
        this.holders = holders;
        this.name = name;
        this.resource = resource;
        this.recipe = recipe;
        this.host = new SimHost(stage, name);
        this.acquire = begin(host);
    }

    private Supplier<? extends CompletableFuture<? extends Lease>> begin(SimHost process) {
        lives++;
        PinfoldClient client = LibraryClient.client(
                stage, name, process, Duration.ofMillis(1000 + 500L * stage.below(name + ".timeout", 4)));
        return recipe.apply(client);
    }

    /** Begins to contend. */
    public void start() {
        host.execute(this::contend);
    }

    /** Contends no more, once it has given back what it has. */
    public void calm() {
        calm = true;
    }

    /** {@return how often it was given what it wants} */
    public int grants() {
        return grants;
    }

    /** {@return whether it waits for what it wants} */
    public boolean isContending() {
        return contending;
    }

    /** {@return the process in which it lives now} */
    public SimHost host() {
        return host;
    }

    /** Kills the process, and starts another one a little later. */
    public void killAndRestart() {
        host.kill();
        contending = false;
        stage.after(stage.below(name + ".restart", 500) * MILLI, () -> {
            host = new SimHost(stage, name + '.' + lives);
            acquire = begin(host);
            start();
        });
    }

    private void contend() {
        if (calm) {
            return;
        }
        SimHost mine = host;
        contending = true;
        acquire.get().whenComplete((lease, failure) -> {
            contending = false;
            if (failure != null) {
                mine.schedule(100 * MILLI, this::contend);
            } else {
                hold(mine, lease);
            }
        });
    }

    private void hold(SimHost mine, Lease lease) {
        grants++;
        holders.gained(resource, name + '.' + lives, lease.fencingToken(), () -> !mine.isDead() && lease.isHeld());
        switch (stage.below(name + ".fate", 20)) {
            case 0 -> killAndRestart();
            case 1 -> mine.holdUp(stage.below(name + ".pause", 4000) * MILLI);
            default ->
                mine.schedule(stage.below(name + ".hold", 30) * MILLI, () -> {
                    holders.look();
                    lease.closeAsync();
                });
        }
        if (!mine.isDead()) {
            mine.schedule(stage.below(name + ".rest", 60) * MILLI, () -> {
                lease.closeAsync();
                contend();
            });
        }
    }
}
