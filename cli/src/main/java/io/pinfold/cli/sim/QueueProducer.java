package io.pinfold.cli.sim;

import io.pinfold.queue.PutOptions;
import io.pinfold.queue.Receipt;
import io.pinfold.queue.WorkQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Puts items into a queue, one by one and several as one. Confined to the world's thread. */
final class QueueProducer implements Program.Script {
    private static final int LARGEST_BURST = 3;
    private static final int IMPATIENT = 300;
    /** When some of what is not put as one may be there, and some not. */
    private static final int HALF_PUT = 20;

    private final QueueWorld world;
    private final Setting setting;
    private final QueueLedger ledger;

    QueueProducer(QueueWorld world) {
        this.world = world;
        this.setting = world.setting();
        this.ledger = world.ledger();
    }

    @Override
    public void begin(Life life) {
        produce(life, world.queue(life));
    }

    private void produce(Life life, WorkQueue<String> queue) {
        if (life.isCalm() || world.isFull()) {
            return;
        }
        int burst = 1 + life.below("burst", LARGEST_BURST);
        List<CompletableFuture<?>> puts = new ArrayList<>();
        if (life.oneIn("together", 3)) {
            puts.add(putTogether(life, queue, 2 + burst));
            if (!world.isStrict()) {
                life.within("half", HALF_PUT, () -> Danger.survived(life));
            }
        } else {
            for (int i = 0; i < burst; i++) {
                puts.add(put(life, queue));
            }
        }
        CompletableFuture.allOf(puts.toArray(new CompletableFuture<?>[0]))
                .whenComplete((done, failure) -> life.within("rest", 200, () -> produce(life, queue)));
        if (!world.isStrict()) {
            Danger.survived(life);
        }
    }

    // ---- one by one ------------------------------------------------------------------------------------------------

    private CompletableFuture<Receipt> put(Life life, WorkQueue<String> queue) {
        String item = world.newItem(life.holder());
        PutOptions options = world.options(life);
        ledger.putBegun(List.of(item), life.holder(), options);
        if (setting.has(Mistake.PUT_BELIEVED)) {
            ledger.putEnded(item, Outcome.DONE);
        }
        CompletableFuture<Receipt> put = queue.putAsync(item, withMistakes(options));
        if (setting.has(Mistake.PUT_AGAIN)) {
            life.after(IMPATIENT, () -> {
                if (!put.isDone()) {
                    queue.putAsync(item, options);
                }
            });
        }
        return put.whenComplete((receipt, failure) -> ended(item, receipt, failure));
    }

    private void ended(String item, @Nullable Receipt receipt, @Nullable Throwable failure) {
        if (receipt != null && receipt.duplicate()) {
            ledger.wasDuplicate(item);
        } else {
            ledger.putEnded(item, Outcome.of(failure));
        }
    }

    private PutOptions withMistakes(PutOptions options) {
        if (setting.has(Mistake.KEY_FORGOTTEN)) {
            return PutOptions.DEFAULT;
        }
        return setting.has(Mistake.DEDUP_KEY_FORGOTTEN) ? options.withDedupKey(null) : options;
    }

    // ---- several as one --------------------------------------------------------------------------------------------

    private CompletableFuture<?> putTogether(Life life, WorkQueue<String> queue, int burst) {
        PutOptions options = world.options(life).withDedupKey(null);
        List<String> items = new ArrayList<>();
        for (int i = 0; i < burst; i++) {
            items.add(world.newItem(life.holder()));
        }
        ledger.putBegun(items, life.holder(), options);
        CompletableFuture<?> put = setting.has(Mistake.PUT_APART)
                ? putApart(queue, items, options)
                : queue.putAllAsync(items, withMistakes(options));
        return put.whenComplete((done, failure) -> items.forEach(item -> ledger.putEnded(item, Outcome.of(failure))));
    }

    private CompletableFuture<?> putApart(WorkQueue<String> queue, List<String> items, PutOptions options) {
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        for (String item : items) {
            last = last.thenCompose(before -> queue.putAsync(item, options));
        }
        return last;
    }
}
