package io.pinfold.cli.sim;

import io.pinfold.framework.Lease;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A program that contends for something that one has alone, has it for a while, and gives it back; now and then it is held up
 * or killed while it has it. Confined to the world's thread.
 */
final class Contestant {
    /** How it asks for it. */
    @FunctionalInterface
    interface Asking extends Function<Life, CompletableFuture<? extends Lease>> {}

    private final Setting setting;
    private final Program program;
    private final String resource;
    private final Asking asking;
    private int grants;
    private boolean contending;

    Contestant(Setting setting, String name, String resource, Asking asking) {
        this.setting = setting;
        this.resource = resource;
        this.asking = asking;
        this.program = new Program(setting.stage(), name, this::contend);
    }

    void start() {
        program.start();
    }

    void calm() {
        program.calm();
    }

    int grants() {
        return grants;
    }

    /** Fails if it waits for what it wants. */
    void requireDone() {
        if (contending) {
            throw new AssertionError(resource + " is never given to somebody who waits for it");
        }
    }

    private void contend(Life life) {
        contending = !life.isCalm();
        if (!contending) {
            return;
        }
        asking.apply(life).whenComplete((lease, failure) -> {
            contending = false;
            if (failure != null) {
                life.after(100, () -> contend(life));
            } else {
                hold(life, lease);
            }
        });
    }

    private void hold(Life life, Lease lease) {
        grants++;
        setting.holders().gained(resource, life.holder(), lease.fencingToken(), () -> Claims.of(life, lease.state()));
        switch (life.below("fate", 20)) {
            case 0 -> life.killAndRestart();
            case 1 -> life.holdUp(life.below("pause", 4000));
            default ->
                life.within("hold", 30, () -> {
                    setting.holders().look();
                    lease.closeAsync();
                });
        }
        life.within("rest", 60, () -> {
            lease.closeAsync();
            contend(life);
        });
    }
}
