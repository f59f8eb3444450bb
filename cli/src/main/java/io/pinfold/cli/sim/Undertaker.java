package io.pinfold.cli.sim;

import io.pinfold.queue.Delivery;
import io.pinfold.queue.PutOptions;
import io.pinfold.queue.WorkQueue;
import java.util.concurrent.CompletableFuture;

/** Takes dead letters of a queue, and moves them back, forgets them or gives them back. Confined to the world's thread. */
final class Undertaker implements Program.Script {
    private final QueueWorld world;
    private final QueueLedger ledger;

    Undertaker(QueueWorld world) {
        this.world = world;
        this.ledger = world.ledger();
    }

    @Override
    public void begin(Life life) {
        take(life, world.queue(life));
    }

    private void take(Life life, WorkQueue<String> queue) {
        queue.deadLetters().takeAsync().whenComplete((letter, failure) -> {
            if (letter == null) {
                life.after(100, () -> take(life, queue));
                return;
            }
            ledger.found(letter.item(), life.holder());
            world.gained(life, letter, true);
            if (Danger.survived(life)) {
                life.within("rest", 20, () -> settle(life, queue, letter));
            }
        });
    }

    private void settle(Life life, WorkQueue<String> queue, Delivery<String> letter) {
        world.setting().holders().look();
        switch (life.below("end", 8)) {
            case 0 -> next(life, queue, letter);
            case 1, 2 -> forget(life, queue, letter);
            default -> moveBack(life, queue, letter);
        }
    }

    private void forget(Life life, WorkQueue<String> queue, Delivery<String> letter) {
        world.settling(letter);
        ledger.ackBegun(letter.item());
        letter.ackAsync().whenComplete((nothing, failure) -> {
            ledger.ackEnded(letter.item(), life.holder(), Outcome.of(failure));
            next(life, queue, letter);
        });
        Danger.survived(life);
    }

    private void moveBack(Life life, WorkQueue<String> queue, Delivery<String> letter) {
        world.settling(letter);
        CompletableFuture<Void> move;
        if (world.setting().has(Mistake.MOVED_IN_TWO_STEPS)) {
            PutOptions options = PutOptions.priority(letter.priority());
            move = queue.putAsync(letter.item(), options).thenCompose(receipt -> letter.ackAsync());
        } else {
            move = letter.moveAsync(queue);
        }
        move.whenComplete((nothing, failure) -> next(life, queue, letter));
        Danger.survived(life);
    }

    private void next(Life life, WorkQueue<String> queue, Delivery<String> letter) {
        letter.closeAsync().whenComplete((nothing, failure) -> life.within("rest", 20, () -> take(life, queue)));
    }
}
