package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.groups.DistributedDoubleBarrier;
import io.pinfold.groups.DoubleBarrierEntry;
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
 * What it shows:   three processes that begin a computation together and end it together.
 * The guarantee:   nobody begins before all are there, nobody goes on before all are done.
 * The failure:     the session of one ends while it computes. It does not hold up the others when it is done, or gone.
 */
public final class DoubleBarrierSample {
    private DoubleBarrierSample() {}

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
        String path = "/samples/double-barrier-" + UUID.randomUUID();
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                PinfoldClient cleo = PinfoldClient.connect(servers)) {
            ada.awaitConnected(Duration.ofSeconds(5)); // waiting at a barrier outlasts any outage
            CompletableFuture<DoubleBarrierEntry> adas =
                    DistributedDoubleBarrier.at(ada, path, 3).enterAsync();
            CompletableFuture<DoubleBarrierEntry> bobs =
                    DistributedDoubleBarrier.at(bob, path, 3).enterAsync();
            say.accept("two", "wait for the third");
            check(!adas.isDone() && !bobs.isDone(), "two are not three");

            DoubleBarrierEntry cleos = DistributedDoubleBarrier.at(cleo, path, 3)
                    .enter(Duration.ofSeconds(5))
                    .orElseThrow();
            say.accept("all", "begin to compute");

            CompletableFuture<Void> first = adas.get(5, SECONDS).leaveAsync();
            CompletableFuture<Void> second = cleos.leaveAsync();
            say.accept("two", "are done, and wait for bob");
            check(!first.isDone() && !second.isDone(), "nobody goes on before all are done");
            DoubleBarrierEntry late = bobs.get(5, SECONDS);
            say.accept("fault", "bob's session ends while he computes");
            endSession.accept(bob);
            late.leaveAsync();
            first.get(5, SECONDS);
            second.get(5, SECONDS);
            say.accept("all", "go on");
        }
        return "three began together and ended together.";
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
