package io.pinfold.locks;

import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The leases of a {@link LockSet}, which were acquired together and are given back together. When one of them is lost the
 * set is lost; the others stay, and keep everybody else out, until the set is closed. Thread-safe.
 */
public final class LeaseSet implements AutoCloseable {
    private final SortedMap<String, Lease> leases;
    private final CompletableFuture<LeaseLost> lost = new CompletableFuture<>();

    LeaseSet(SortedMap<String, Lease> leases) {
        this.leases = Collections.unmodifiableSortedMap(new TreeMap<>(leases));
        this.leases.values().forEach(lease -> lease.lost().thenAccept(lost::complete));
    }

    /** {@return the leases, in the order of their locks' paths} */
    public Collection<Lease> leases() {
        return leases.values();
    }

    /**
     * {@return the lease of one lock}
     *
     * @param lockPath the path of the lock
     * @throws IllegalArgumentException if the lock is not in the set
     */
    public Lease lease(String lockPath) {
        Lease lease = leases.get(lockPath);
        if (lease == null) {
            throw new IllegalArgumentException(lockPath + " is not among " + leases.keySet());
        }
        return lease;
    }

    /**
     * {@return the fencing token of one lock}
     *
     * @param lockPath the path of the lock
     * @throws IllegalArgumentException if the lock is not in the set
     */
    public long fencingToken(String lockPath) {
        return lease(lockPath).fencingToken();
    }

    /** {@return how the worst of the leases stands: LOST is worse than RELEASED, that than UNCERTAIN, that than HELD} */
    public LeaseState state() {
        boolean released = false;
        boolean uncertain = false;
        for (Lease lease : leases.values()) {
            switch (lease.state()) {
                case LOST -> {
                    return LeaseState.LOST;
                }
                case RELEASED -> released = true;
                case UNCERTAIN -> uncertain = true;
                case HELD -> {}
            }
        }
        if (released) {
            return LeaseState.RELEASED;
        }
        return uncertain ? LeaseState.UNCERTAIN : LeaseState.HELD;
    }

    /** {@return whether all leases are {@link LeaseState#HELD}} */
    public boolean isHeld() {
        return state() == LeaseState.HELD;
    }

    /**
     * Does nothing while all leases are ours.
     *
     * @throws LeaseLostException if one is LOST or RELEASED
     */
    public void ensureHeld() {
        leases.values().forEach(Lease::ensureHeld);
    }

    /** {@return for how long none of the locks can be given to another, by this process's clock} */
    public Duration remaining() {
        return leases.values().stream()
                .map(Lease::remaining)
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** {@return a future that completes when the first of the leases is lost, as {@link Lease#lost()} does} */
    public CompletableFuture<LeaseLost> lost() {
        return lost.copy();
    }

    /** {@return operations that make a transaction fail as a whole unless all these very leases are still in place} */
    public List<Op> checks() {
        return leases.values().stream().map(Lease::check).toList();
    }

    /** Gives all locks back, the last one first. Does not block; closing twice does nothing more. */
    @Override
    public void close() {
        closeAll(new ArrayList<>(leases.values()));
    }

    /**
     * Gives all locks back.
     *
     * @return completes when all znodes are known to be gone, or their session is; never fails
     */
    public CompletableFuture<Void> closeAsync() {
        close();
        return CompletableFuture.allOf(
                leases.values().stream().map(Lease::closeAsync).toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public String toString() {
        return "LeaseSet" + leases.values();
    }

    /** Closes leases, the last one first. */
    static void closeAll(List<Lease> leases) {
        for (int i = leases.size() - 1; i >= 0; i--) {
            leases.get(i).close();
        }
    }
}
