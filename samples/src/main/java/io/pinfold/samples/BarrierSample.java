package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.groups.Arrival;
import io.pinfold.groups.DistributedBarrier;
import io.pinfold.groups.DistributedCyclicBarrier;
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
 * What it shows:   a barrier that is lowered and raised, and a cyclic one that is passed in rounds.
 * The guarantee:   nobody passes while the barrier is lowered; a round is passed by exactly as many as it is for.
 * The failure:     the session of one that waits in a round ends. It is told, and the others pass the next one.
 */
public final class BarrierSample {
    private BarrierSample() {}

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
        String path = "/samples/barrier-" + UUID.randomUUID();
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                PinfoldClient cleo = PinfoldClient.connect(servers)) {
            ada.awaitConnected(Duration.ofSeconds(5)); // waiting at a barrier outlasts any outage
            DistributedBarrier gate = DistributedBarrier.at(ada, path + "/gate");
            gate.lower();
            say.accept("ada", "lowers the barrier");
            CompletableFuture<Void> passed =
                    DistributedBarrier.at(bob, path + "/gate").whenRaised();
            check(!gate.awaitRaised(Duration.ofMillis(50)), "nobody passes a lowered barrier");
            gate.raise();
            passed.get(5, SECONDS);
            say.accept("bob", "passes when ada has raised it");

            DistributedCyclicBarrier adas = DistributedCyclicBarrier.at(ada, path + "/rounds", 3);
            DistributedCyclicBarrier bobs = DistributedCyclicBarrier.at(bob, path + "/rounds", 3);
            DistributedCyclicBarrier cleos = DistributedCyclicBarrier.at(cleo, path + "/rounds", 3);
            CompletableFuture<Arrival> first = adas.arrive();
            CompletableFuture<Arrival> second = bobs.arrive();
            Arrival third = cleos.await(Duration.ofSeconds(5)).orElseThrow();
            check(first.get(5, SECONDS).equals(third) && second.get(5, SECONDS).equals(third), "one round for all");
            say.accept("all", "pass round " + third.round() + " together");

            CompletableFuture<Arrival> alone = cleos.arrive();
            while (ada.children(path + "/rounds").stream().noneMatch(child -> child.startsWith("1-"))) {
                Thread.onSpinWait(); // until her arrival shows
            }
            say.accept("fault", "cleo's session ends while she waits for the others");
            endSession.accept(cleo);
            try {
                alone.get(5, SECONDS);
                check(false, "a round is broken when somebody went away");
            } catch (ExecutionException e) {
                say.accept("cleo", "is told that round 1 is broken, and so would be others who waited in it");
            }
            DistributedCyclicBarrier two = DistributedCyclicBarrier.at(bob, path + "/rounds", 2);
            CompletableFuture<Arrival> again =
                    DistributedCyclicBarrier.at(ada, path + "/rounds", 2).arrive();
            long round = two.await(Duration.ofSeconds(5)).orElseThrow().round();
            check(again.get(5, SECONDS).round() == round, "they pass together");
            say.accept("both", "pass round " + round + " without cleo");
        }
        return "nobody passed alone, and nobody waited in vain.";
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
