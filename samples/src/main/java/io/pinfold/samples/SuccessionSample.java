package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.client.PinfoldClient;
import io.pinfold.election.Leader;
import io.pinfold.election.LeaderElection;
import io.pinfold.election.LeaderObserver;
import io.pinfold.election.Leadership;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/*
 * What it shows:   a leader that tells where it can be reached, and hands over to a candidate of its choice.
 * The guarantee:   the leader leads until the chosen one is next, and if that cannot be it goes on leading.
 * The failure:     the chosen one drops out. Nobody is without a leader meanwhile, and the leader chooses another.
 */
public final class SuccessionSample {
    private SuccessionSample() {}

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
        String path = "/samples/succession";
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                PinfoldClient cleo = PinfoldClient.connect(servers);
                LeaderObserver observer = LeaderObserver.at(cleo, path)) {
            ada.awaitConnected(Duration.ofSeconds(5)); // campaign() would wait for servers for as long as it takes
            Leadership adas = candidate(ada, path, "ada").campaign();
            adas.proclaim("10.0.0.1:9000");
            await(() -> observer.leader().map(Leader::metadata).equals(Optional.of("10.0.0.1:9000")));
            say.accept("observer", "sees that ada leads, at 10.0.0.1:9000");

            CompletableFuture<Leadership> bobsTurn = candidate(bob, path, "bob").campaignAsync();
            await(() -> observer.candidates().size() == 2);
            CompletableFuture<Leadership> cleosTurn =
                    candidate(cleo, path, "cleo").campaignAsync();
            await(() -> observer.candidates().size() == 3);
            say.accept("bob", "stands by, and cleo behind him");
            say.accept("fault", "bob's session ends");
            bobsTurn.cancel(false);
            endSession.accept(bob);
            await(() -> observer.candidates().size() == 2);
            check(!adas.transferTo("bob", Duration.ofSeconds(5)) && adas.isHeld(), "who cannot hand over goes on");
            say.accept("ada", "cannot hand over to bob, and goes on");

            CompletableFuture<Leadership> dorasTurn =
                    candidate(ada, path, "dora").campaignAsync();
            await(() -> observer.candidates().size() == 3);
            check(adas.transferTo("dora", Duration.ofSeconds(5)), "a leader chooses its successor");
            say.accept("ada", "hands over: " + adas.ended().get(5, SECONDS).reason());
            Leadership doras = dorasTurn.get(5, SECONDS);
            check(!cleosTurn.isDone() && doras.term() > adas.term(), "the chosen one leads");
            say.accept("dora", "leads, term " + doras.term() + ", though cleo came first");
            doras.resign();
            say.accept("cleo", "leads, term " + cleosTurn.get(5, SECONDS).term() + ", when dora resigns");
        }
        return "the leader chose who leads next, and led until then.";
    }

    private static LeaderElection candidate(PinfoldClient client, String path, String name) {
        return LeaderElection.builder(client, path).candidate(name).build();
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
