package io.pinfold.cli.sim;

import io.pinfold.CreateMode;
import io.pinfold.Op;
import io.pinfold.client.CreateOptions;
import io.pinfold.queue.Delivery;
import io.pinfold.queue.WorkQueue;
import io.pinfold.testing.sim.oracle.Fact;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Takes items and acknowledges them, gives them back or rejects them. Every acknowledgement writes down in the same transaction
 * that the item was handled. Confined to the world's thread.
 */
final class QueueConsumer implements Program.Script {
    private static final String EFFECTS = "/queues/effects";
    /** What such data make must be made once, and the oracles count. */
    private static final String GUARDED = "guarded:";

    private final QueueWorld world;
    private final Setting setting;
    private final QueueLedger ledger;
    /** Of the life that was given something last. */
    private long session;

    QueueConsumer(QueueWorld world) {
        this.world = world;
        this.setting = world.setting();
        this.ledger = world.ledger();
    }

    @Override
    public void begin(Life life) {
        WorkQueue<String> queue = world.queue(life);
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
        long present = life.client().session().id();
        if (session != present) {
            session = present;
            ledger.sessionLost();
        }
        ledger.delivered(delivery.item(), life.holder(), delivery.isHeld() ? delivery.count() : 0);
        world.gained(life, delivery, false);
        if (world.isStrict() || Danger.survived(life)) {
            life.within("rest", 20, () -> settle(life, queue, delivery));
        }
    }

    private void settle(Life life, WorkQueue<String> queue, Delivery<String> delivery) {
        setting.holders().look();
        switch (life.below("end", life.isCalm() ? 12 : 13)) {
            case 0 -> next(life, queue, delivery);
            case 1 -> {
                delivery.nack(Duration.ofMillis(life.below("nack", 200)));
                next(life, queue, delivery);
            }
            case 12 -> reject(life, queue, delivery);
            default -> acknowledge(life, queue, delivery);
        }
    }

    private void reject(Life life, WorkQueue<String> queue, Delivery<String> delivery) {
        world.settling(delivery);
        ledger.rejecting(delivery.item());
        CompletableFuture<Void> end =
                setting.has(Mistake.THROWN_AWAY) ? delivery.ackAsync() : delivery.rejectAsync("as it is told to");
        end.whenComplete((nothing, failure) -> next(life, queue, delivery));
        if (!world.isStrict()) {
            Danger.survived(life);
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
        world.settling(delivery);
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
                Fact.Claimed claimed = new Fact.Claimed(world.stage().nowNanos(), GUARDED + item, true);
                world.stage().tell(claimed);
            }
            next(life, queue, delivery);
        });
        if (!world.isStrict()) {
            Danger.survived(life);
        }
    }

    private void next(Life life, WorkQueue<String> queue, Delivery<String> delivery) {
        delivery.closeAsync().whenComplete((nothing, failure) -> life.within("rest", 20, () -> consume(life, queue)));
    }
}
