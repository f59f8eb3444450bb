package io.pinfold.samples;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.locks.DistributedLock;
import java.util.concurrent.CompletableFuture;

/*
 * What it shows:   three workers take turns with one lock and write to a store that knows nothing of locks but a number.
 * The guarantee:   one holder at a time, first come first served; each holder's fencing token is larger than all before.
 * The failure:     the second holder's session ends while it holds the lock. It is told, the third gets the lock, and
 *                  when the second writes nevertheless the store refuses its old token.
 */
final class LockSample implements Sample {
    @Override
    public String name() {
        return "lock";
    }

    @Override
    public String shows() {
        return "three workers, one lock; a holder loses it and cannot do harm";
    }

    @Override
    public String run(Stage stage, Narrator say) throws InterruptedException {
        String path = stage.path("lock");
        Store store = new Store();
        try (PinfoldClient ada = PinfoldClient.connect(stage.servers());
                PinfoldClient bob = PinfoldClient.connect(stage.servers());
                PinfoldClient cleo = PinfoldClient.connect(stage.servers())) {
            CompletableFuture<Lease> bobsTurn;
            try (Lease lease = DistributedLock.at(ada, path).acquire()) {
                say.tell("ada", "holds the lock, token " + lease.fencingToken());
                bobsTurn = DistributedLock.at(bob, path).acquireAsync();
                say.tell("bob", "waits");
                BrokenPromise.unless(store.write(lease.fencingToken()), "the holder may write");
            } // closing the lease gives the lock back
            say.tell("ada", "gave the lock back");
            Lease bobs = Sample.soon(bobsTurn, "the next waiter gets the lock");
            say.tell("bob", "holds the lock, token " + bobs.fencingToken());
            CompletableFuture<Lease> cleosTurn = DistributedLock.at(cleo, path).acquireAsync();
            say.tell("cleo", "waits");

            say.fault("bob's session " + stage.endSession(bob));
            LeaseLost lost = Sample.soon(bobs.lost(), "a holder is told of its loss");
            say.tell("bob", "is told that the lease is lost: " + lost.reason());
            try (Lease lease = Sample.soon(cleosTurn, "the next waiter gets the lock")) {
                say.tell("cleo", "holds the lock, token " + lease.fencingToken());
                BrokenPromise.unless(store.write(lease.fencingToken()), "the holder may write");
                boolean late = store.write(bobs.fencingToken());
                say.tell("store", "refuses bob's late write with token " + bobs.fencingToken());
                BrokenPromise.unless(!late, "a store that looks at tokens is safe from late writes");
            }
        }
        return store.writes + " writes by holders, 1 late write refused.";
    }

    /** Any resource that can remember one number: it accepts no token smaller than one that it saw. */
    private static final class Store {
        private long newestToken;
        private int writes;

        private boolean write(long token) {
            if (token < newestToken) {
                return false;
            }
            newestToken = token;
            writes++;
            return true;
        }
    }
}
