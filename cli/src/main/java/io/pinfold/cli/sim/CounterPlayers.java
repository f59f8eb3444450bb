package io.pinfold.cli.sim;

import io.pinfold.client.AsyncClient;
import io.pinfold.config.AtomicValue;
import io.pinfold.config.DistributedCounter;
import io.pinfold.config.IdGenerator;
import io.pinfold.config.Versioned;
import io.pinfold.framework.Codec;
import io.pinfold.testing.sim.Stage;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Programs that count together, with a counter that begins shortly before 2^31 and with a value of four bytes, in some worlds
 * beside programs with Apache Curator; and that take numbers for themselves. Confined to the world's thread.
 */
final class CounterPlayers implements Players {
    static final String IDS = "IdsOnce";
    private static final long MILLI = 1_000_000;
    private static final String GENERATOR = "/counters/ids";
    private static final long BASE = (1L << 31) - 20;
    /** As {@code SharedCount} and {@code DistributedAtomicInteger} have it. */
    private static final Codec<Long> FOUR_BYTES = Codec.of(
            number -> Codec.INT.encode(number.intValue()),
            bytes -> Codec.INT.decode(bytes).longValue());

    private static final int PROGRAMS = 3;
    private static final int BLOCK = 5;
    private static final long READ_AFTER = 8000 * MILLI;

    private final Setting setting;
    private final Stage stage;
    private final CountedNumber hits;
    private final CountedNumber shared;
    private final Set<Long> ids = new HashSet<>();
    private final Cast cast = new Cast();
    private final Program reader;

    CounterPlayers(Setting setting) {
        this.setting = setting;
        this.stage = setting.stage();
        boolean spared = stage.below("counter.spared", 2) == 0;
        this.hits = new CountedNumber(stage, spared, "/counters/hits", Codec.LONG, BASE);
        this.shared = new CountedNumber(stage, spared, "/counters/shared", FOUR_BYTES, 0);
        for (int i = 0; i < PROGRAMS; i++) {
            cast.add(new Program(stage, "counter" + i, this::begin));
        }
        this.reader = new Program(stage, "reader", this::read);
        if (setting.has(Mistake.WRITTEN_OVER) || !spared && stage.below("counter.curators", 3) > 0) {
            cast.add(curator("atomic-long", hits));
            cast.add(curator("shared-count", shared));
        }
    }

    private CuratorProgram curator(String name, CountedNumber number) {
        return new CuratorProgram(stage, name, (process, done) -> new CuratorCount(setting, process, number, done));
    }

    private void begin(Life life) {
        hits.join(life, this::counter);
        shared.join(life, this::value);
        take(life, IdGenerator.blocksOf(BLOCK, life.client(), GENERATOR), -1);
    }

    private CountedNumber.Adder counter(Life life) {
        if (setting.has(Mistake.COUNTED_BLINDLY)) {
            return delta -> countBlindly(life, delta);
        }
        return DistributedCounter.at(life.client(), hits.path())::addAsync;
    }

    private CompletableFuture<Long> countBlindly(Life life, long delta) {
        AsyncClient calls = life.client().async();
        return hits.value(life).getAsync().thenCompose(now -> {
            long sum = now.value() + delta;
            return calls.set(hits.path(), Codec.LONG.encode(sum), -1).thenApply(stat -> sum);
        });
    }

    private CountedNumber.Adder value(Life life) {
        AtomicValue<Long> value = shared.value(life);
        return delta -> value.updateAsync(now -> now + delta).thenApply(Versioned::value);
    }

    // ---- ids -------------------------------------------------------------------------------------------------------

    private CompletableFuture<Long> next(IdGenerator generator, long before) {
        if (setting.has(Mistake.IDS_GUESSED) && before >= 0) {
            return CompletableFuture.completedFuture(before + 1);
        }
        return generator.nextAsync();
    }

    private void take(Life life, IdGenerator generator, long before) {
        if (life.isCalm()) {
            return;
        }
        next(generator, before).whenComplete((id, failure) -> {
            if (id != null && (!ids.add(id) || id <= before)) {
                stage.broken(IDS, life.holder() + " got " + id + " after " + before + ", as somebody did before");
            }
            life.within("rest", 100, () -> take(life, generator, id == null ? before : id));
        });
    }

    // ---- the run ---------------------------------------------------------------------------------------------------

    private void read(Life life) {
        hits.read(life);
        shared.read(life);
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void calm() {
        cast.calm();
        stage.after(READ_AFTER, reader::start);
    }

    @Override
    public void requireDone() {
        hits.requireRead();
        shared.requireRead();
    }

    @Override
    public long feats() {
        return hits.ledger().additions() + shared.ledger().additions();
    }
}
