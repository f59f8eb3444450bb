package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.locks.DistributedReadWriteLock;
import io.pinfold.locks.WriteLease;
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
 * What it shows:   two readers together, a writer alone, and the writer that goes on as a reader.
 * The guarantee:   while a writer holds the lock nobody else does; no writer slips in when one becomes a reader.
 * The failure:     the reader that the writer became loses its session. It is told, and the next writer gets the lock,
 *                  with a larger token.
 */
public final class ReadWriteLockSample {
    private ReadWriteLockSample() {}

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
        String path = "/samples/read-write-lock";
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                PinfoldClient cleo = PinfoldClient.connect(servers)) {
            ada.awaitConnected(Duration.ofSeconds(5)); // acquire() would wait for servers for as long as it takes
            DistributedReadWriteLock adas = DistributedReadWriteLock.at(ada, path);
            DistributedReadWriteLock bobs = DistributedReadWriteLock.at(bob, path);
            DistributedReadWriteLock cleos = DistributedReadWriteLock.at(cleo, path);

            CompletableFuture<WriteLease> bobsTurn;
            try (Lease first = adas.read().acquire();
                    Lease second = cleos.read().acquire()) {
                check(first.isHeld() && second.isHeld(), "readers hold the lock together");
                say.accept("readers", "ada and cleo read together");
                bobsTurn = bobs.write().acquireAsync();
            }
            WriteLease writing = bobsTurn.get(5, SECONDS);
            say.accept("bob", "writes alone, token " + writing.fencingToken());
            check(adas.read().tryAcquire().isEmpty(), "nobody reads while somebody writes");
            CompletableFuture<WriteLease> cleosTurn = cleos.write().acquireAsync();
            say.accept("cleo", "waits to write");

            Lease reading = writing.downgrade();
            say.accept("bob", "goes on as a reader, with the same token");
            check(!cleosTurn.isDone(), "no writer slips in");

            say.accept("fault", "bob's session ends");
            endSession.accept(bob);
            say.accept(
                    "bob",
                    "is told that the lease is lost: "
                            + reading.lost().get(5, SECONDS).reason());
            try (WriteLease next = cleosTurn.get(5, SECONDS)) {
                say.accept("cleo", "writes, token " + next.fencingToken());
                check(next.fencingToken() > reading.fencingToken(), "tokens grow from writer to writer");
            }
        }
        return "two readers together, two writers alone, nobody in between.";
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
