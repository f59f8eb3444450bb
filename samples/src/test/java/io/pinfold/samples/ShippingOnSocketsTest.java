package io.pinfold.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.OpType;
import io.pinfold.testing.junit.PinfoldTest;
import io.pinfold.testing.kit.TestEnsemble;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a test of one's own component looks like, on real sockets. */
@PinfoldTest(members = 3)
class ShippingOnSocketsTest {
    @Test
    void shipsOnceThoughAReplyIsLost(TestEnsemble ensemble, PinfoldClient client) throws Exception {
        Warehouse warehouse = new Warehouse();
        ensemble.faults().dropReplyOf(client, OpType.CREATE).once();

        new Shipping(client, warehouse).ship("42");

        assertEquals(List.of("42"), warehouse.shipped());
    }

    @Test
    void shipsThoughTheLeaderDies(TestEnsemble ensemble, PinfoldClient a, PinfoldClient b) throws Exception {
        Warehouse warehouse = new Warehouse();
        new Shipping(a, warehouse).ship("42");

        ensemble.faults().killLeader(); // comes back before the next test
        new Shipping(b, warehouse).ship("43");

        assertEquals(List.of("42", "43"), warehouse.shipped());
    }
}
