package io.pinfold.cli.sim;

import io.pinfold.config.AtomicValue;
import io.pinfold.framework.Codec;
import io.pinfold.testing.sim.Stage;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A number on the servers with which programs count together, and who judges it. Confined to the world's thread. */
final class CountedNumber {
    private static final int ADDITIONS = 300;
    private static final int LARGEST_BURST = 3;
    private static final int LARGEST_DELTA = 3;

    /** Adds to the number. */
    @FunctionalInterface
    interface Adder {
        CompletableFuture<Long> add(long delta);
    }

    private final Stage stage;
    private final boolean spared;
    private final String path;
    private final Codec<Long> codec;
    private final long base;
    private final CounterLedger ledger;
    private int begun;
    private @Nullable Long last;

    /**
     * Makes a number that nobody counted yet.
     *
     * @param spared whether nobody is killed, so that nothing is in doubt
     */
    CountedNumber(Stage stage, boolean spared, String path, Codec<Long> codec, long base) {
        this.stage = stage;
        this.spared = spared;
        this.path = path;
        this.codec = codec;
        this.base = base;
        this.ledger = new CounterLedger(stage::broken, base);
    }

    String path() {
        return path;
    }

    Codec<Long> codec() {
        return codec;
    }

    CounterLedger ledger() {
        return ledger;
    }

    AtomicValue<Long> value(Life life) {
        return AtomicValue.at(life.client(), path, codec, base);
    }

    /** {@return how much somebody is to add} */
    int delta(String who) {
        return 1 + stage.below(who + ".delta", LARGEST_DELTA);
    }

    /** {@return whether no more is to be added} */
    boolean isEnough() {
        return begun++ >= ADDITIONS;
    }

    /** Counts until it is calm. */
    void join(Life life, Function<Life, Adder> adders) {
        // Whoever asks first makes the znode with what it takes for the beginning.
        value(life).getAsync().whenComplete((now, failure) -> {
            if (failure == null) {
                count(life, adders.apply(life));
            } else {
                life.after(100, () -> join(life, adders));
            }
        });
    }

    private void count(Life life, Adder adder) {
        if (life.isCalm()) {
            return;
        }
        int burst = 1 + life.below("burst", LARGEST_BURST);
        int[] left = {burst};
        for (int i = 0; i < burst; i++) {
            if (isEnough()) {
                return;
            }
            int delta = delta(life.name());
            int number = ledger.begun(delta);
            adder.add(delta).whenComplete((value, failure) -> {
                told(number, Outcome.of(failure), value);
                if (--left[0] == 0) {
                    life.within("rest", 100, () -> count(life, adder));
                }
            });
        }
        if (!spared) {
            Danger.survived(life);
        }
    }

    /** Somebody was told what became of an addition. */
    void told(int number, Outcome outcome, @Nullable Long value) {
        switch (outcome) {
            case DONE -> ledger.done(number, value == null ? base : value);
            case REFUSED -> ledger.refused(number);
            case UNKNOWN -> ledger.unknown(number);
        }
    }

    /** Looks at the number until it sees it, for the last time. */
    void read(Life life) {
        value(life).getAsync().whenComplete((now, failure) -> {
            if (failure == null) {
                last = now.value();
                ledger.end(last);
            } else {
                life.after(100, () -> read(life));
            }
        });
    }

    void requireRead() {
        if (last == null) {
            throw new AssertionError(path + " cannot be read in the end");
        }
    }
}
