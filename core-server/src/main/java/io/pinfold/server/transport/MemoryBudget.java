package io.pinfold.server.transport;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What all connections of clients together hold of unread replies and unfinished requests. Each has limits of its own, but many
 * that are just below them are too much: then the one that holds most is given up. Confined to the node loop.
 */
final class MemoryBudget {
    /** A connection. */
    interface Holder {
        /** {@return what it holds, as it told the budget last} */
        long heldBytes();

        /** Lets go of everything. */
        void giveUp(String reason);
    }

    private final long limit;
    private final Set<Holder> holders = new LinkedHashSet<>();
    private long held;

    MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** A connection holds more or less than before. */
    void changed(Holder holder, long before, long after) {
        held += after - before;
        if (after == 0) {
            holders.remove(holder);
        } else {
            holders.add(holder);
        }
        while (after > before && held > limit && !holders.isEmpty()) {
            Holder most = holders.stream()
                    .max(Comparator.comparingLong(Holder::heldBytes))
                    .orElseThrow();
            most.giveUp("all connections together hold more than " + limit + " bytes, and this one most of it: "
                    + most.heldBytes());
        }
    }

    long held() {
        return held;
    }
}
