package io.pinfold.framework;

import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.client.Subscription;
import java.util.concurrent.CompletableFuture;

/**
 * A lease on an ephemeral znode that a recipe created by itself and not through a {@link Contention}, together with the
 * means to end it. Thread-safe.
 *
 * <p>The lease looks at its session by itself. That somebody deleted the znode is for the recipe to notice and to tell.
 */
public final class NodeLease {
    private final HeldLease lease;

    private NodeLease(HeldLease lease) {
        this.lease = lease;
    }

    /**
     * Begins a lease.
     *
     * @param client the client that created the znode
     * @param session the session that owns the znode: its id is the znode's {@code ephemeralOwner}
     * @param path the znode, whose name is never used again
     * @param czxid the znode's {@code czxid}, which becomes the fencing token
     * @param release has the znode deleted, without blocking; called once, when the lease is closed or lost
     * @param gone completes when the znode, or its session, is gone
     * @return the lease, which may turn out to be lost already
     */
    public static NodeLease begin(
            RecipeClient client,
            Session session,
            String path,
            long czxid,
            Runnable release,
            CompletableFuture<Void> gone) {
        HeldLease lease = new HeldLease(path, czxid, session, client.runtime(), release, gone);
        Subscription listening = client.addSessionListener(
                (changed, state) -> lease.state(),
                new SerialExecutor(client.runtime().callbackExecutor()));
        gone.whenComplete((nothing, failure) -> listening.close());
        lease.watchClock();
        return new NodeLease(lease);
    }

    /** {@return what the holder gets} */
    public Lease lease() {
        return lease;
    }

    /** Says that somebody else deleted the znode: the lease is lost. */
    public void nodeDeleted() {
        lease.nodeDeleted();
    }

    /**
     * Says that the holder's time is up, though its session may live on. The lease is lost, and the holder is told first:
     * its znode goes when the holder closes it, or after half of the session's timeout.
     */
    public void timeUp() {
        lease.timeUp();
    }
}
