package io.pinfold.samples;

import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Lease;
import io.pinfold.locks.DistributedLock;

/** Ships orders, whatever number of processes do so: the component of which {@link ShippingTest} shows the test. */
final class Shipping {
    private final DistributedLock lock;
    private final Warehouse warehouse;

    Shipping(RecipeClient client, Warehouse warehouse) {
        this.lock = DistributedLock.at(client, "/locks/warehouse");
        this.warehouse = warehouse;
    }

    /** Ships an order when it is this process's turn. */
    void ship(String order) throws InterruptedException {
        try (Lease lease = lock.acquire()) {
            warehouse.pack(order);
            warehouse.ship(order, lease.fencingToken());
        }
    }
}
