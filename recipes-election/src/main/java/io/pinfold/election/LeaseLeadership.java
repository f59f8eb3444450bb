package io.pinfold.election;

import io.pinfold.Op;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A leadership that is a lease in all but name. Immutable but for the lease; thread-safe as that is. */
record LeaseLeadership(Lease lease, String candidate) implements Leadership {
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
}
