package io.pinfold.cli.sim;

import io.pinfold.groups.DistributedLatch;
import io.pinfold.testing.sim.Stage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Programs that count latches down, one latch after the other, and wait for each to open. Confined to the world's thread. */
final class LatchPlayers implements Players {
    static final String OPENED = "LatchOpens";
    private static final String PATH = "/latches/part";
    private static final int NAMES = 4;
    private static final int PROGRAMS = 3;
    private static final int LATCHES = 60;

    private final Stage stage;
    private final int asked;
    private final Cast cast = new Cast();
    private final Map<Integer, LatchLedger> ledgers = new HashMap<>();
    private final Set<String> waiting = new TreeSet<>();
    private int newest;
    private int opened;

    LatchPlayers(Setting setting) {
        this.stage = setting.stage();
        this.asked = setting.has(Mistake.LATCH_TOO_SMALL) ? NAMES - 1 : NAMES;
        for (int i = 0; i < PROGRAMS; i++) {
            cast.add(new Program(stage, "latcher" + i, this::open));
        }
    }

    private void open(Life life) {
        waiting.remove(life.name());
        if (life.isCalm() || newest >= LATCHES) {
            return;
        }
        waiting.add(life.name());
        int mine = newest;
        LatchLedger ledger = ledgers.computeIfAbsent(mine, number -> new LatchLedger(stage::broken, NAMES));
        openAsync(life, ledger, mine);
    }

    private void openAsync(Life life, LatchLedger ledger, int mine) {
        DistributedLatch.openAsync(life.client(), PATH + mine, asked).whenComplete((latch, failure) -> {
            if (latch == null) {
                life.after(100, () -> openAsync(life, ledger, mine));
                return;
            }
            CompletableFuture<Void> open = latch.whenOpen();
            open.whenComplete((done, trouble) -> {
                if (trouble == null) {
                    opened++;
                    ledger.opened(life.holder());
                    newest = Math.max(newest, mine + 1);
                }
                life.within("rest", 100, () -> open(life));
            });
            count(life, latch, ledger, open);
        });
    }

    private void count(Life life, DistributedLatch latch, LatchLedger ledger, CompletableFuture<Void> open) {
        if (open.isDone()) {
            return;
        }
        String name = "part" + life.below("name", NAMES);
        ledger.counting(name);
        latch.countDownAsync(name).whenComplete((first, failure) -> {
            if (failure == null && first) {
                ledger.countedFirst(name);
            }
            life.within("rest", 100, () -> count(life, latch, ledger, open));
        });
        Danger.survived(life);
    }

    @Override
    public Cast cast() {
        return cast;
    }

    @Override
    public void requireDone() {
        if (!waiting.isEmpty()) {
            stage.broken(OPENED, waiting + " wait for ever");
        }
    }

    @Override
    public long feats() {
        return opened;
    }
}
