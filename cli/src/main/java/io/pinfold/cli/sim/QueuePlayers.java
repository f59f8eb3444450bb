package io.pinfold.cli.sim;

import io.pinfold.CreateMode;
import io.pinfold.Op;
import io.pinfold.client.CreateOptions;
import io.pinfold.framework.Codec;
import io.pinfold.queue.Delivery;
import io.pinfold.queue.PutOptions;
import io.pinfold.queue.Receipt;
import io.pinfold.queue.WorkQueue;
import io.pinfold.testing.sim.Holders.Claim;
import io.pinfold.testing.sim.Stage;
import io.pinfold.testing.sim.oracle.Fact;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Producers and consumers of a queue. Every acknowledgement writes down in the same transaction that the item was handled.
 * Confined to the world's thread.
 */
final class QueuePlayers implements Players {
    private static final long MILLI = 1_000_000;
    private static final String PATH = "/queues/work";
    private static final String EFFECTS = "/queues/effects";
    /** What such data make must be made once, and the oracles count. */
    private static final String GUARDED = "guarded:";

    private static final int ITEMS = 120;
    private static final int KEYS = 3;
    private static final int MAX_DELIVERIES = 1000;
    private static final int IMPATIENT = 300;
    /** The longest session, its end noticed, and a round of whatever else goes on. */
    private static final long REDELIVERED_WITHIN = 6000 * MILLI;

    private final Setting setting;
    private final Stage stage;
    private final boolean strict;
    private final QueueLedger ledger;
    private final List<Program> producers = new ArrayList<>();
    private final List<Program> consumers = new ArrayList<>();
    private final Set<Delivery<String>> settling = new HashSet<>();
    private int made;
    /** Of the consumer that was given something last. */
    private long session;

    QueuePlayers(Setting setting) {
        this.setting = setting;
        this.stage = setting.stage();
        this.strict = stage.below("queue.strict", 3) == 0;
        this.ledger = new QueueLedger(stage::broken, strict);
        for (int i = strict ? 0 : stage.below("queue.producers", 2); i >= 0; i--) {
            producers.add(new Program(stage, "producer" + i, this::produce));
        }
        for (int i = strict ? 0 : 1 + stage.below("queue.consumers", 2); i >= 0; i--) {
            consumers.add(new Program(stage, "consumer" + i, this::consume));
        }
    }

    private WorkQueue<String> queue(Life life) {
        return WorkQueue.builder(life.client(), PATH, Codec.TEXT)
                .consumer(life.holder())
                .bucketSize(1 << stage.below("queue.bucket", 8))
                .maxDeliveries(MAX_DELIVERIES)
                .build();
    }

    // ---- producing -------------------------------------------------------------------------------------------------

    private void produce(Life life) {
        produce(life, queue(life));
    }

    private void produce(Life life, WorkQueue<String> queue) {
        if (life.isCalm() || made >= ITEMS) {
            return;
        }
        int burst = 1 + life.below("burst", 3);
        int[] left = {burst};
        for (int i = 0; i < burst; i++) {
            String item = life.holder() + '#' + made++;
            PutOptions options = options(life);
            ledger.putBegun(
                    item,
                    life.holder(),
                    options.priority(),
                    options.key(),
                    !options.delay().isZero());
            if (setting.has(Mistake.PUT_BELIEVED)) {
                ledger.putEnded(item, Outcome.DONE);
            }
            put(life, queue, item, options).whenComplete((receipt, failure) -> {
                ledger.putEnded(item, Outcome.of(failure));
                if (--left[0] == 0) {
                    life.within("rest", 200, () -> produce(life, queue));
                }
            });
        }
        if (!strict) {
            Danger.survived(life);
        }
    }

    private CompletableFuture<Receipt> put(Life life, WorkQueue<String> queue, String item, PutOptions options) {
        boolean forgetful = setting.has(Mistake.KEY_FORGOTTEN);
        CompletableFuture<Receipt> put = queue.putAsync(item, forgetful ? PutOptions.DEFAULT : options);
        if (setting.has(Mistake.PUT_AGAIN)) {
            life.after(IMPATIENT, () -> {
                if (!put.isDone()) {
                    queue.putAsync(item, options);
                }
            });
        }
        return put;
    }

    private PutOptions options(Life life) {
        PutOptions options = PutOptions.priority(life.below("priority", 3));
        return switch (life.below("kind", 6)) {
            case 0 -> options.withDelay(Duration.ofMillis(life.below("delay", 500)));
            case 1, 2 -> options.withKey("key" + life.below("key", KEYS));
            default -> options;
        };
    }

    // ---- consuming -------------------------------------------------------------------------------------------------

    private void consume(Life life) {
        WorkQueue<String> queue = queue(life);
        life.client()
                .async()
                .create(EFFECTS, new byte[0], CreateOptions.PERSISTENT.withParents())
                .whenComplete((made, failure) -> consume(life, queue));
    }

    private void consume(Life life, WorkQueue<String> queue) {
        queue.takeAsync().whenComplete((delivery, failure) -> {
            if (delivery == null) {
                life.after(100, () -> consume(life, queue));
            } else {
                handle(life, queue, delivery);
            }
        });
    }

    private void handle(Life life, WorkQueue<String> queue, Delivery<String> delivery) {
        String item = delivery.item();
        long present = life.client().session().id();
        if (session != present) {
            session = present;
            ledger.sessionLost();
        }
        ledger.delivered(item, life.holder());
        setting.holders()
                .gained(
                        delivery.key().map(key -> "queue key " + key).orElse("queue item " + item),
                        life.holder(),
                        delivery.fencingToken(),
                        () -> settling.contains(delivery) ? Claim.OVER : Claims.of(life, delivery.state()));
        if (strict || Danger.survived(life)) {
            life.within("rest", 20, () -> settle(life, queue, delivery));
        }
    }

    private void settle(Life life, WorkQueue<String> queue, Delivery<String> delivery) {
        setting.holders().look();
        switch (life.below("end", 12)) {
            case 0 -> next(life, queue, delivery);
            case 1 -> {
                delivery.nack(Duration.ofMillis(life.below("nack", 200)));
                next(life, queue, delivery);
            }
            default -> acknowledge(life, queue, delivery);
        }
    }

    /** Leaves nothing behind, so that the tree stays small; the oracles see it. */
    private static List<Op> effects(String item) {
        String path = EFFECTS + '/' + item;
        byte[] token = (GUARDED + item).getBytes(StandardCharsets.UTF_8);
        return List.of(Op.create(path, token, CreateMode.PERSISTENT), Op.delete(path));
    }

    private void acknowledge(Life life, WorkQueue<String> queue, Delivery<String> delivery) {
        String item = delivery.item();
        settling.add(delivery); // whoever acknowledges uses the item no more, though the claim stands until the answer
        ledger.ackBegun(item);
        CompletableFuture<Void> ack;
        if (setting.has(Mistake.EFFECT_APART)) {
            ack = life.client().async().multi(effects(item)).thenCompose(done -> delivery.ackAsync());
        } else {
            ack = delivery.ackAsync(effects(item).toArray(new Op[0]));
        }
        ack.whenComplete((nothing, failure) -> {
            Outcome outcome = Outcome.of(failure);
            ledger.ackEnded(item, life.holder(), outcome);
            if (outcome == Outcome.DONE) {
                stage.tell(new Fact.Claimed(stage.nowNanos(), GUARDED + item, true));
            }
            next(life, queue, delivery);
        });
        if (!strict) {
            Danger.survived(life);
        }
    }

    private void next(Life life, WorkQueue<String> queue, Delivery<String> delivery) {
        delivery.closeAsync().whenComplete((nothing, failure) -> life.within("rest", 20, () -> consume(life, queue)));
    }

    // ---- the run ---------------------------------------------------------------------------------------------------

    @Override
    public void start() {
        producers.forEach(Program::start);
        consumers.forEach(Program::start);
    }

    @Override
    public void calm() {
        producers.forEach(Program::calm);
        consumers.forEach(Program::calm);
        stage.after(REDELIVERED_WITHIN, this::judgeAll);
    }

    @Override
    public void requireDone() {
        judgeAll();
    }

    private void judgeAll() {
        ledger.end(new Postponed(stage, PATH)::contains);
    }

    @Override
    public long feats() {
        return ledger.deliveries();
    }
}
