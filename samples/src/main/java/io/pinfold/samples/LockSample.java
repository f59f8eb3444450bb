package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.framework.LeaseLost;
import io.pinfold.locks.DistributedLock;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * What it shows:   three workers take turns with one lock and write to a store that knows nothing of locks but a number.
 * The guarantee:   one holder at a time, first come first served; each holder's fencing token is larger than all before.
 * The failure:     the second holder's session ends while it holds the lock. It is told, the third gets the lock, and
 *                  when the second writes nevertheless the store refuses its old token.
 */
public final class LockSample {
    private long newestToken; // what the store remembers: it accepts no token smaller than one that it saw

    private LockSample() {}

    /** Plays on the servers that are named, as in {@code host:port}, or else on one inside this process. */
    public static void main(String[] args)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        BiConsumer<String, String> say = (who, what) -> System.out.println(who + ": " + what);
        if (args.length > 0) {
            say.accept("ok", run(args[0], PinfoldClient::close, say));
            return;
        }
        try (PinfoldServer server = PinfoldServer.start(ServerConfig.standalone())) {
            Consumer<PinfoldClient> endSession =
                    client -> server.expireSession(client.session().id());
            say.accept("ok", run(server.connectString(), endSession, say));
        }
    }

    static String run(String servers, Consumer<PinfoldClient> endSession, BiConsumer<String, String> say)
            throws InterruptedException, ExecutionException, TimeoutException {
        LockSample store = new LockSample();
        String path = "/samples/lock";
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                PinfoldClient cleo = PinfoldClient.connect(servers)) {
            ada.awaitConnected(Duration.ofSeconds(5)); // acquire() would wait for servers for as long as it takes
            CompletableFuture<Lease> bobsTurn;
            try (Lease lease = DistributedLock.at(ada, path).acquire()) {
                say.accept("ada", "holds the lock, token " + lease.fencingToken());
                bobsTurn = DistributedLock.at(bob, path).acquireAsync();
                say.accept("bob", "waits");
                check(store.accepts(lease.fencingToken()), "the holder may write");
            } // closing the lease gives the lock back
            say.accept("ada", "gave the lock back");
            Lease bobs = bobsTurn.get(5, SECONDS);
            say.accept("bob", "holds the lock, token " + bobs.fencingToken());
            CompletableFuture<Lease> cleosTurn = DistributedLock.at(cleo, path).acquireAsync();
            say.accept("cleo", "waits");

            say.accept("fault", "bob's session ends");
            endSession.accept(bob);
            LeaseLost lost = bobs.lost().get(5, SECONDS);
            say.accept("bob", "is told that the lease is lost: " + lost.reason());
            try (Lease lease = cleosTurn.get(5, SECONDS)) {
                say.accept("cleo", "holds the lock, token " + lease.fencingToken());
                check(store.accepts(lease.fencingToken()), "the holder may write");
                check(!store.accepts(bobs.fencingToken()), "a store that looks at tokens is safe from late writes");
                say.accept("store", "refuses bob's late write with token " + bobs.fencingToken());
            }
        }
        return "2 writes by holders, 1 late write refused.";
    }

    private boolean accepts(long token) {
        boolean accepted = token >= newestToken;
        newestToken = Math.max(newestToken, token);
        return accepted;
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
