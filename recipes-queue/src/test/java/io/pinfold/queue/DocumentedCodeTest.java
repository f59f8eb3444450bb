package io.pinfold.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.testing.junit.PinfoldTest;
import io.pinfold.testing.junit.Share;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The code of the documents does what they say. */
@PinfoldTest(share = Share.PER_METHOD)
class DocumentedCodeTest {
    private final Shop shop = new Shop();

    @BeforeEach
    void createOrder(PinfoldClient client) {
        client.create("/orders/42", new byte[0], CreateOptions.PERSISTENT.withParents());
    }

    @Test
    void shares(PinfoldClient client) throws Exception {
        DocumentedCode.share(client, shop);

        assertEquals("packed 42", new String(client.get("/orders/42").data(), UTF_8));
        assertEquals(0, WorkQueue.at(client, "/queues/orders", Codec.TEXT).size());
    }

    @Test
    void puts(PinfoldClient client) throws Exception {
        WorkQueue<String> orders = WorkQueue.at(client, "/queues/orders", Codec.TEXT);

        DocumentedCode.put(orders);

        assertEquals(5, orders.size());
        assertEquals("soon", orders.take().item());
    }

    @Test
    void putsAndTakesSeveral(PinfoldClient client) throws Exception {
        WorkQueue<String> orders = WorkQueue.at(client, "/queues/orders", Codec.TEXT);

        DocumentedCode.several(orders, "packed".getBytes(UTF_8), shop);
        await().until(() -> orders.size() == 0);
        orders.put("streamed");

        await().until(() -> shop.seen.contains("streamed"));
        assertEquals("packed", new String(client.get("/orders/42").data(), UTF_8));
        orders.close();
        await().until(() -> shop.seen.contains("ClientClosedException"));
    }

    @Test
    void looksAfter(PinfoldClient client) throws Exception {
        WorkQueue<String> orders = WorkQueue.at(client, "/queues/orders", Codec.TEXT);
        orders.put("???");
        orders.take().reject("no such article");

        DocumentedCode.lookAfter(client, shop);

        assertTrue(shop.seen.contains("???"), shop.seen.toString());
        assertTrue(shop.seen.contains("Optional[no such article]"), shop.seen.toString());
        assertEquals(1, orders.size());
    }

    @Test
    void migrates(PinfoldClient client) {
        DocumentedCode.migrate(client, shop);

        assertEquals(1, shop.seen.size());
    }

    private static final class Shop implements DocumentedCode.Warehouse, Flow.Subscriber<Delivery<String>> {
        private final List<String> seen = new CopyOnWriteArrayList<>();

        @Override
        public byte[] pack(String order, long fencingToken) {
            return ("packed " + order).getBytes(UTF_8);
        }

        @Override
        public void ship(String order) {
            seen.add(order);
        }

        @Override
        public void show(Object... what) {
            for (Object each : what) {
                seen.add(each.toString());
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(10);
        }

        @Override
        public void onNext(Delivery<String> order) {
            seen.add(order.item());
            order.ackAsync();
        }

        @Override
        public void onError(Throwable failure) {
            seen.add(failure.getClass().getSimpleName());
        }

        @Override
        public void onComplete() {
            throw new IllegalStateException("A queue does not end");
        }
    }
}
