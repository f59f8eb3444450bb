package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.locks.DistributedSemaphore;
import io.pinfold.locks.Permits;
import io.pinfold.locks.SizeMismatchException;
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
 * What it shows:   three permits that two processes share; one takes two at once.
 * The guarantee:   never are more permits held than there are, who wants several gets all or none, first come first
 *                  served, and processes that were told different sizes do not get along quietly.
 * The failure:     the session of one that holds two permits ends. It is told, and those who wait get them.
 */
public final class SemaphoreSample {
    private SemaphoreSample() {}

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
        String path = "/samples/semaphore";
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers)) {
            ada.awaitConnected(Duration.ofSeconds(5)); // acquire() would wait for servers for as long as it takes
            DistributedSemaphore adas =
                    DistributedSemaphore.builder(ada, path).permits(3).build();
            DistributedSemaphore bobs =
                    DistributedSemaphore.builder(bob, path).permits(3).build();

            Permits two = bobs.acquire(2);
            say.accept("bob", "takes two of three permits at once");
            Permits one = adas.acquire();
            say.accept("ada", "takes the third");
            check(adas.tryAcquire().isEmpty(), "there are no more than there are");
            CompletableFuture<Permits> next = adas.permits(2).acquireAsync();
            say.accept("ada", "waits for two more");

            try {
                DistributedSemaphore.builder(ada, path).permits(4).build().acquire();
            } catch (SizeMismatchException e) {
                say.accept("stranger", "is refused: " + e.getMessage());
                check(e.stored() == 3, "the size is stored with the semaphore");
            }

            say.accept("fault", "bob's session ends");
            endSession.accept(bob);
            say.accept(
                    "bob",
                    "is told that the permits are lost: "
                            + two.lost().get(5, SECONDS).reason());
            try (Permits twoMore = next.get(5, SECONDS)) {
                say.accept("ada", "gets both of them");
                check(one.isHeld() && twoMore.isHeld(), "three permits are held");
                check(adas.inspect().free() == 0, "none is left");
            }
            one.close();
        }
        return "three permits, never more, several at once or none.";
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
