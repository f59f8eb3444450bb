package io.pinfold.locks;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;

/** The code of docs/migration/from-curator.md, so that it compiles. */
final class MigrationCode {
    /** What the lock protects. */
    interface Orders {
        void shipAll();

        void shipAll(long fencingToken);
    }

    private MigrationCode() {}

    static void before(CuratorFramework curator, Orders orders) throws Exception {
        InterProcessMutex mutex = new InterProcessMutex(curator, "/locks/orders");
        if (mutex.acquire(2, TimeUnit.SECONDS)) {
            try {
                orders.shipAll(); // and a ConnectionStateListener somewhere, that hopes to be heard in time
            } finally {
                mutex.release();
            }
        }
    }

    static void after(PinfoldClient client, Orders orders) throws InterruptedException {
        Optional<Lease> turn = DistributedLock.at(client, "/locks/orders").tryAcquire(Duration.ofSeconds(2));
        if (turn.isPresent()) {
            try (Lease lease = turn.get()) {
                orders.shipAll(lease.fencingToken()); // orders refuses tokens older than the newest it saw
            }
        }
    }
}
