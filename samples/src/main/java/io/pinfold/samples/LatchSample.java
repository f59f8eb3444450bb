package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.groups.DistributedLatch;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * What it shows:   a latch that opens when the three parts of an import are done.
 * The guarantee:   each part counts once, however often it is reported; what was counted outlives who did it.
 * The failure:     the session of a worker ends right after it reported its part. The part stays counted, and another
 *                  worker that repeats it does no harm.
 */
public final class LatchSample {
    private LatchSample() {}

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
        String path = "/samples/latch-" + UUID.randomUUID();
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers)) {
            DistributedLatch adas = DistributedLatch.open(ada, path, 3);
            DistributedLatch bobs = DistributedLatch.open(bob, path, 3);
            CompletableFuture<Void> open = adas.whenOpen();

            bobs.countDown("part-1");
            bobs.countDown("part-2");
            say.accept("bob", "is done with " + adas.counted());
            say.accept("fault", "bob's session ends");
            endSession.accept(bob);
            check(!adas.countDown("part-2"), "what was counted stays counted");
            say.accept("ada", "does part-2 again, as it may, and the latch counts it once: " + adas.counted());
            check(!adas.await(Duration.ofMillis(50)), "two parts are not three");
            adas.countDown("part-3");
            open.get(5, SECONDS);
            say.accept("ada", "finds the latch open");
            check(DistributedLatch.open(ada, path, 3).await(Duration.ofSeconds(5)), "it stays open");
        }
        return "three parts, each counted once.";
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
