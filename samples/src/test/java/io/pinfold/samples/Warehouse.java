package io.pinfold.samples;

import java.util.ArrayList;
import java.util.List;

/** What a lock protects: it refuses tokens older than the newest that it saw. Confined to the thread whose turn it is. */
class Warehouse {
    private final List<String> shipped = new ArrayList<>();
    private long newestToken;

    /** Takes some time. */
    void pack(String order) throws InterruptedException {}

    void ship(String order, long fencingToken) {
        if (fencingToken < newestToken) {
            throw new IllegalStateException("too late: " + order);
        }
        newestToken = fencingToken;
        shipped.add(order);
    }

    List<String> shipped() {
        return shipped;
    }
}
