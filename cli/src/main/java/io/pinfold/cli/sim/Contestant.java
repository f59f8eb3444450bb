package io.pinfold.cli.sim;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A program that asks for something again and again: it waits as long as it takes, or for some time, or loses its interest. What
 * it is given it has for a while; now and then it is held up or killed meanwhile. Confined to the world's thread.
 *
 * @param <L> what it is given
 */
final class Contestant<L> implements Cast.Actor {
    private static final int LONGEST_PAUSE = 4000;
    private static final int LONGEST_WAIT = 400;

    /**
     * What it asks for, and what it does with it.
     *
     * @param <L> what it is given
     */
    interface Wish<L> {
        /** {@return what was asked for, when it is given} */
        CompletableFuture<? extends L> ask();

        /** {@return the same, or nothing when the time is over} */
        CompletableFuture<? extends Optional<? extends L>> ask(Duration timeout);

        /** It was given. */
        void granted(L given);

        /** It does what it wanted it for; perhaps too late, when it was held up. */
        default void work(L given) {}

        /** It gives it back. */
        void giveBack(L given);
    }

    /**
     * Makes wishes.
     *
     * @param <L> what is asked for
     */
    @FunctionalInterface
    interface Wishing<L> {
        /**
         * {@return the next wish}
         *
         * @param life who has it
         */
        Wish<L> next(Life life);
    }

    private final Setting setting;
    private final Program program;
    private final String resource;
    private final Wishing<L> wishing;
    private int grants;
    /** Whether it waits for something that it wants for as long as it takes. */
    private boolean waiting;

    Contestant(Setting setting, String name, String resource, Wishing<L> wishing) {
        this.setting = setting;
        this.resource = resource;
        this.wishing = wishing;
        this.program = new Program(setting.stage(), name, this::want);
    }

    @Override
    public void start() {
        program.start();
    }

    @Override
    public void calm() {
        program.calm();
    }

    @Override
    public int grants() {
        return grants;
    }

    /** Fails if it waits for what it wants. */
    @Override
    public void requireDone() {
        if (waiting) {
            throw new AssertionError(
                    resource + " is never given to " + program.life().holder() + ", who waits for it");
        }
    }

    private void want(Life life) {
        waiting = false;
        if (life.isCalm()) {
            return;
        }
        Wish<L> wish = wishing.next(life);
        waiting = true;
        switch (life.below("way", 4)) {
            case 0 -> {
                Duration timeout = Duration.ofMillis(1 + life.below("timeout", LONGEST_WAIT));
                wish.ask(timeout).whenComplete((given, failure) -> answered(life, wish, given));
            }
            case 1 -> {
                CompletableFuture<? extends L> answer = wish.ask();
                life.within("interest", LONGEST_WAIT, () -> loseInterest(life, answer));
                answer.whenComplete((given, failure) -> {
                    if (!setting.has(Mistake.FORGOTTEN)) {
                        answered(life, wish, Optional.ofNullable(given));
                    }
                });
            }
            default -> wish.ask().whenComplete((given, failure) -> answered(life, wish, Optional.ofNullable(given)));
        }
    }

    private void loseInterest(Life life, CompletableFuture<? extends L> answer) {
        if (setting.has(Mistake.FORGOTTEN)) {
            want(life);
        } else {
            answer.cancel(false);
        }
    }

    private void answered(Life life, Wish<L> wish, @Nullable Optional<? extends L> given) {
        waiting = false;
        if (given != null && given.isPresent()) {
            hold(life, wish, given.get());
        } else {
            life.within("again", 100, () -> want(life));
        }
    }

    private void hold(Life life, Wish<L> wish, L given) {
        grants++;
        wish.granted(given);
        switch (life.below("fate", 24)) {
            case 0 -> life.killAndRestart();
            case 1, 2 -> life.holdUp(life.below("pause", LONGEST_PAUSE));
            default -> {}
        }
        life.within("hold", 40, () -> {
            setting.holders().look();
            wish.work(given);
            wish.giveBack(given);
            life.within("rest", 60, () -> want(life));
        });
    }
}
