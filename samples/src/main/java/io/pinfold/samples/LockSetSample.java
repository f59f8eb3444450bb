package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.locks.LeaseSet;
import io.pinfold.locks.LockSet;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * What it shows:   two processes that move money between the same two accounts, in opposite directions, under both locks.
 * The guarantee:   they do not wait for each other in a circle, whatever the order in which they name the locks; who does
 *                  not get all in time holds none.
 * The failure:     the session of the one that holds both ends. It is told, and the other one gets both.
 */
public final class LockSetSample {
    private LockSetSample() {}

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
        String checking = "/samples/accounts/checking";
        String savings = "/samples/accounts/savings";
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers)) {
            ada.awaitConnected(Duration.ofSeconds(5)); // acquire() would wait for servers for as long as it takes
            LockSet adas = LockSet.of(ada, checking, savings);
            LockSet bobs = LockSet.of(bob, savings, checking);
            check(adas.paths().equals(bobs.paths()), "both acquire in the same order");

            for (int i = 0; i < 20; i++) {
                CompletableFuture<Void> there = adas.acquireAsync().thenAccept(LeaseSet::close);
                CompletableFuture<Void> back = bobs.acquireAsync().thenAccept(LeaseSet::close);
                there.get(5, SECONDS);
                back.get(5, SECONDS);
            }
            say.accept("both", "20 transfers there and 20 back, locks named in opposite orders");

            LeaseSet both = bobs.acquire();
            say.accept(
                    "bob", "holds both, tokens " + both.fencingToken(checking) + " and " + both.fencingToken(savings));
            Optional<LeaseSet> none = adas.tryAcquire(Duration.ofMillis(100));
            check(none.isEmpty(), "who does not get all holds none");
            say.accept("ada", "gives up after 100 ms, and holds none");
            CompletableFuture<LeaseSet> adasTurn = adas.acquireAsync();

            say.accept("fault", "bob's session ends");
            endSession.accept(bob);
            say.accept(
                    "bob",
                    "is told that the set is lost: "
                            + both.lost().get(5, SECONDS).reason());
            try (LeaseSet next = adasTurn.get(5, SECONDS)) {
                say.accept("ada", "holds both, with larger tokens");
                check(next.fencingToken(checking) > both.fencingToken(checking), "tokens grow, for each lock");
                check(next.fencingToken(savings) > both.fencingToken(savings), "tokens grow, for each lock");
            }
        }
        return "all or none, and nobody waited in a circle.";
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
