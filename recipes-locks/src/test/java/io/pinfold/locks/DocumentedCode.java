package io.pinfold.locks;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The code of docs/recipes/locks.md, so that it compiles. */
final class DocumentedCode {
    private DocumentedCode() {}

    static void use(PinfoldClient client, Warehouse warehouse, String order) throws InterruptedException {
        DistributedLock lock = DistributedLock.at(client, "/locks/orders/42");

        try (Lease lease = lock.acquire()) { // waits for its turn; interruptible
            warehouse.reserve(order, lease.fencingToken()); // the resource refuses older tokens
        }

        // Empty: not to be had in time.
        lock.tryAcquire(Duration.ofSeconds(2)).ifPresent(lease -> {
            try (lease) {
                warehouse.count();
            }
        });

        CompletableFuture<Lease> attempt = lock.acquireAsync(); // attempt.cancel(true) leaves the queue
        LockView view = lock.inspect(); // who holds it, who waits, since when
        warehouse.show(attempt, view);
    }

    /** Some resource that the lock protects. */
    interface Warehouse {
        void reserve(String order, long fencingToken);

        void count();

        void show(CompletableFuture<Lease> attempt, LockView view);
    }
}
