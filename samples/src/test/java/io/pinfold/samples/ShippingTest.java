package io.pinfold.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.OpType;
import io.pinfold.testing.junit.SimulatedTest;
import io.pinfold.testing.kit.SimulatedEnsemble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a test of one's own component looks like, in simulated time. */
class ShippingTest {
    @SimulatedTest(seeds = 10)
    void shipsOnceThoughAReplyIsLost(SimulatedEnsemble ensemble, PinfoldClient a, PinfoldClient b) throws Exception {
        Warehouse warehouse = new Warehouse();
        ensemble.faults().dropReplyOf(a, OpType.CREATE).once(); // of the znode that stands for a place in the queue

        new Shipping(a, warehouse).ship("42");
        new Shipping(b, warehouse).ship("43"); // nothing of the lost place is in its way

        assertEquals(List.of("42", "43"), warehouse.shipped());
    }

    @SimulatedTest(seeds = 5)
    void aLateShipmentIsRefused(SimulatedEnsemble ensemble, PinfoldClient a, PinfoldClient b) throws Exception {
        List<Exception> refused = new ArrayList<>();
        Warehouse warehouse = new Warehouse() {
            @Override
            void pack(String order) throws InterruptedException {
                ensemble.advance(Duration.ofSeconds(order.equals("42") ? 60 : 1));
            }
        };
        ensemble.start(
                "slow",
                () -> refused.add(
                        assertThrows(IllegalStateException.class, () -> new Shipping(a, warehouse).ship("42"))));
        ensemble.advance(Duration.ofSeconds(1));

        ensemble.faults().expire(a); // while it packs
        new Shipping(b, warehouse).ship("43");
        ensemble.advance(Duration.ofMinutes(2));

        assertEquals(List.of("43"), warehouse.shipped());
        assertEquals("too late: 42", refused.get(0).getMessage());
    }

    @SimulatedTest(members = 3, seeds = 5)
    void shipsThoughTheLeaderDies(SimulatedEnsemble ensemble, PinfoldClient a, PinfoldClient b) throws Exception {
        Warehouse warehouse = new Warehouse();
        new Shipping(a, warehouse).ship("42");

        int killed = ensemble.faults().killLeader();
        new Shipping(b, warehouse).ship("43");
        ensemble.faults().restart(killed);
        new Shipping(a, warehouse).ship("44");

        assertEquals(List.of("42", "43", "44"), warehouse.shipped());
    }
}
