package io.pinfold.locks;

import io.pinfold.framework.Lease;

/** Permits by way of one lease on all their znodes. Thread-safe as that is. */
final class HeldPermits extends ForwardingLease implements Permits {
    private final int count;

    HeldPermits(Lease lease, int count) {
        super(lease);
        this.count = count;
    }

    @Override
    public int count() {
        return count;
    }
}
