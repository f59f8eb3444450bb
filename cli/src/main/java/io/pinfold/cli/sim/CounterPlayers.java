package io.pinfold.cli.sim;

import io.pinfold.client.AsyncClient;
import io.pinfold.config.AtomicValue;
import io.pinfold.config.DistributedCounter;
import io.pinfold.config.IdGenerator;
import io.pinfold.framework.Codec;
import io.pinfold.testing.sim.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Programs that count together and that take numbers for themselves. The count begins shortly before 2^31. Confined to the
 * world's thread.
 */
final class CounterPlayers implements Players {
    static final String IDS = "IdsOnce";
    private static final long MILLI = 1_000_000;
    private static final String COUNTER = "/counters/hits";
    private static final String GENERATOR = "/counters/ids";
    private static final long BASE = (1L << 31) - 20;
    private static final int PROGRAMS = 3;
    private static final int ADDITIONS = 300;
    private static final int BLOCK = 5;
    private static final long READ_AFTER = 8000 * MILLI;

    private final Setting setting;
    private final Stage stage;
    private final Complaints complaints;
    private final CounterLedger ledger;
    private final Set<Long> ids = new HashSet<>();
    private final List<Program> programs = new ArrayList<>();
    private final Program reader;
    private int begun;
    private @Nullable Long last;

    CounterPlayers(Setting setting) {
        this.setting = setting;
        this.stage = setting.stage();
        this.complaints = stage::broken;
        this.ledger = new CounterLedger(complaints, BASE);
        for (int i = 0; i < PROGRAMS; i++) {
            programs.add(new Program(stage, "counter" + i, this::begin));
        }
        this.reader = new Program(stage, "reader", this::read);
    }

    private static AtomicValue<Long> value(Life life) {
        return AtomicValue.at(life.client(), COUNTER, Codec.LONG, BASE);
    }

    private void begin(Life life) {
        // Whoever asks first makes the znode with what it takes for the beginning.
        value(life).getAsync().whenComplete((now, failure) -> {
            if (failure == null) {
                DistributedCounter counter = DistributedCounter.at(life.client(), COUNTER);
                count(life, counter);
                take(life, IdGenerator.blocksOf(BLOCK, life.client(), GENERATOR), -1);
            } else {
                life.after(100, () -> begin(life));
            }
        });
    }

    private void count(Life life, DistributedCounter counter) {
        if (life.isCalm() || begun >= ADDITIONS) {
            return;
        }
        int burst = 1 + life.below("burst", 3);
        int[] left = {burst};
        for (int i = 0; i < burst; i++) {
            begun++;
            int delta = 1 + life.below("delta", 3);
            int number = ledger.begun(delta);
            add(life, counter, delta).whenComplete((value, failure) -> {
                switch (Outcome.of(failure)) {
                    case DONE -> ledger.done(number, value);
                    case REFUSED -> ledger.refused(number);
                    case UNKNOWN -> ledger.unknown(number);
                }
                if (--left[0] == 0) {
                    life.within("rest", 100, () -> count(life, counter));
                }
            });
        }
        Danger.survived(life);
    }

    private CompletableFuture<Long> add(Life life, DistributedCounter counter, int delta) {
        if (setting.has(Mistake.COUNTED_BLINDLY)) {
            AsyncClient calls = life.client().async();
            return value(life).getAsync().thenCompose(now -> {
                long sum = now.value() + delta;
                return calls.set(COUNTER, Codec.LONG.encode(sum), -1).thenApply(stat -> sum);
            });
        }
        return counter.addAsync(delta);
    }

    private CompletableFuture<Long> next(Life life, IdGenerator generator, long before) {
        if (setting.has(Mistake.IDS_GUESSED) && before >= 0) {
            return CompletableFuture.completedFuture(before + 1);
        }
        return generator.nextAsync();
    }

    private void take(Life life, IdGenerator generator, long before) {
        if (life.isCalm()) {
            return;
        }
        next(life, generator, before).whenComplete((id, failure) -> {
            if (id != null && (!ids.add(id) || id <= before)) {
                complaints.broken(IDS, life.holder() + " got " + id + " after " + before + ", as somebody did before");
            }
            life.within("rest", 100, () -> take(life, generator, id == null ? before : id));
        });
    }

    private void read(Life life) {
        value(life).getAsync().whenComplete((now, failure) -> {
            if (failure == null) {
                last = now.value();
                ledger.end(last);
            } else {
                life.after(100, () -> read(life));
            }
        });
    }

    @Override
    public void start() {
        programs.forEach(Program::start);
    }

    @Override
    public void calm() {
        programs.forEach(Program::calm);
        stage.after(READ_AFTER, reader::start);
    }

    @Override
    public void requireDone() {
        if (last == null) {
            throw new AssertionError("the counter cannot be read in the end");
        }
    }

    @Override
    public long feats() {
        return ledger.additions();
    }
}
