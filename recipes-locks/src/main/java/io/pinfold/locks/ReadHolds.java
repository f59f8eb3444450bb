package io.pinfold.locks;

import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseState;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which threads took read leases and did not give them back, so that none of them waits for itself as a writer.
 * Thread-safe: a concurrent set, from which whoever adds removes what is over.
 */
final class ReadHolds {
    private record Hold(long threadId, Lease lease) {}

    private final Set<Hold> holds = ConcurrentHashMap.newKeySet();

    Lease add(Lease lease) {
        holds.removeIf(hold -> isOver(hold.lease()));
        holds.add(new Hold(Thread.currentThread().getId(), lease));
        return lease;
    }

    void refuseUpgrade(String path) {
        long self = Thread.currentThread().getId();
        for (Hold hold : holds) {
            if (hold.threadId() == self && !isOver(hold.lease())) {
                throw new IllegalStateException(
                        "This thread holds the read lease " + hold.lease().path()
                                + " and would wait for itself as a writer of " + path
                                + ": a read lease cannot become a write lease. Close it first, or write first and downgrade");
            }
        }
    }

    private static boolean isOver(Lease lease) {
        LeaseState state = lease.state();
        return state == LeaseState.LOST || state == LeaseState.RELEASED;
    }
}
