package io.pinfold.samples;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.locks.DistributedLock;
import java.time.Duration;

/** The code of README.md; {@link DocumentedCodeTest} runs it. */
final class ReadmeCode {
    private ReadmeCode() {}

    static void shipAnOrder(Orders orders) throws InterruptedException {
        try (PinfoldClient client = PinfoldClient.connect("127.0.0.1:2181")) {
            DistributedLock lock = DistributedLock.at(client, "/locks/orders");

            try (Lease lease = lock.acquire()) { // waits for its turn, first come first served
                orders.ship(42, lease.fencingToken()); // orders refuses tokens older than the newest it saw
            }

            lock.tryAcquire(Duration.ofSeconds(2)).ifPresent(lease -> {
                try (lease) {
                    lease.lost().thenAccept(loss -> orders.abort()); // told before another can hold the lock
                    orders.shipAll(lease);
                }
            });
        }
    }

    /** Some resource that the lock protects. */
    interface Orders {
        void ship(int order, long fencingToken);

        void shipAll(Lease lease);

        void abort();
    }
}
