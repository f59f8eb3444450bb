package io.pinfold.locks;

import io.pinfold.Op;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A lease that is another one with something added. Thread-safe as that is. */
abstract class ForwardingLease implements Lease {
    private final Lease lease;

    ForwardingLease(Lease lease) {
        this.lease = lease;
    }

    final Lease inner() {
        return lease;
    }

    @Override
    public long fencingToken() {
        return lease.fencingToken();
    }

    @Override
    public String path() {
        return lease.path();
    }

    @Override
    public LeaseState state() {
        return lease.state();
    }

    @Override
    public Duration remaining() {
        return lease.remaining();
    }

    @Override
    public CompletableFuture<LeaseLost> lost() {
        return lease.lost();
    }

    @Override
    public Op check() {
        return lease.check();
    }

    @Override
    public void close() {
        lease.close();
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        return lease.closeAsync();
    }

    @Override
    public String toString() {
        return lease.toString();
    }
}
