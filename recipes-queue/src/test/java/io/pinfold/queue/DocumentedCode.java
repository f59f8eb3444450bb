package io.pinfold.queue;

import io.pinfold.Op;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;

/** The code of the documents about this module; {@link DocumentedCodeTest} runs it. */
final class DocumentedCode {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private DocumentedCode() {}

    static void share(PinfoldClient client, Warehouse warehouse) throws InterruptedException {
        try (WorkQueue<String> orders = WorkQueue.at(client, "/queues/orders", Codec.TEXT)) {
            orders.put("42"); // is in the queue, once, when this returns

            try (Delivery<String> order = orders.take()) { // nobody else gets it meanwhile; closed without ack: again
                byte[] note = warehouse.pack(order.item(), order.fencingToken());
                order.ackWith(Op.set("/orders/" + order.item(), note, -1)); // removes the order; both or neither
            }

            Consumption workers =
                    orders.consume(4, order -> warehouse.ship(order.item())); // returns: ack; throws: again
            workers.closeAsync().join(); // takes no more, waits for what is being handled
        }
    }

    static void put(WorkQueue<String> orders) throws InterruptedException {
        orders.put("soon", PutOptions.priority(10)); // 0 to 999, 500 by default; smaller ones first
        orders.put("later", PutOptions.delay(Duration.ofMinutes(5))); // by the clock of the ensemble's leader
        orders.put("in turn", PutOptions.key("customer 7")); // one at a time, in the order of the puts
        Receipt receipt = orders.put("once", PutOptions.dedupKey("order 42")); // not while such a one is in the queue
        boolean wasThere = receipt.duplicate();
        boolean hasRoom = orders.offer("now or never", PutOptions.DEFAULT).isPresent() || wasThere;
        assert hasRoom;
    }

    static void several(WorkQueue<String> orders, byte[] packed, Flow.Subscriber<Delivery<String>> subscriber)
            throws InterruptedException {
        orders.putAll(List.of("1", "2"), PutOptions.DEFAULT); // one transaction: all of them in this order, or none
        orders.putWith("pay 42", PutOptions.DEFAULT, Op.set("/orders/42", packed)); // with other changes, or neither

        for (Delivery<String> order : orders.take(9, TIMEOUT)) { // waits for one, takes what else is there
            order.ackAsync();
        }

        orders.deliveries().subscribe(subscriber); // java.util.concurrent.Flow: claims no more than were requested
    }

    static void lookAfter(PinfoldClient client, Warehouse warehouse) throws InterruptedException {
        WorkQueue<String> orders = WorkQueue.builder(client, "/queues/orders", Codec.TEXT)
                .maxItems(5_000) // then put waits and offer refuses
                .maxBytes(8 << 20) // the same
                .maxDeliveries(3) // then it is a dead letter
                .handlingTimeout(Duration.ofMinutes(1)) // then somebody else gets it; order.extend(…) for more
                .build();

        QueueView view = orders.inspect(); // how many, since when, who holds which
        warehouse.show(view);
        orders.pause(); // nobody in the ensemble takes more, until resume()
        orders.resume();

        try (Delivery<String> letter = orders.deadLetters().take()) {
            warehouse.show(letter.item(), letter.reason());
            letter.moveTo(orders); // once more; or letter.ack() to forget it
        }
    }

    static void migrate(PinfoldClient client, Warehouse warehouse) {
        WorkQueue<String> jobs = WorkQueue.builder(client, "/jobs", Codec.TEXT)
                .curator(CuratorQueueKind.PLAIN, "/jobs-locks") // as QueueBuilder.lockPath("/jobs-locks")
                .build();
        warehouse.show(jobs);
    }

    /** What handles orders. */
    interface Warehouse {
        byte[] pack(String order, long fencingToken);

        void ship(String order);

        void show(Object... what);
    }
}
