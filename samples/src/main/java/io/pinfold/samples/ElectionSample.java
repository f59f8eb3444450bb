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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/*
 * What it shows:   two candidates for one job, and somebody who only wants to know who leads.
 * The guarantee:   one leader at a time; each term is larger than all before, so late orders of an old leader show.
 * The failure:     the leader's session ends. It is told before another leads, the next candidate takes over at once, and
 *                  the observer sees the change.
 */
public final class ElectionSample {
    private ElectionSample() {}

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
        String path = "/samples/election";
        BlockingQueue<Optional<Leader>> seen = new LinkedBlockingQueue<>();
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                PinfoldClient onlooker = PinfoldClient.connect(servers);
                LeaderObserver observer = LeaderObserver.at(onlooker, path)) {
            ada.awaitConnected(Duration.ofSeconds(5)); // campaign() would wait for servers for as long as it takes
            observer.onChange(seen::add);
            Leadership adas = candidate(ada, path, "ada").campaign();
            say.accept("ada", "leads, term " + adas.term());
            check(isSeen("ada", seen), "observers are told who leads");
            say.accept("observer", "sees that ada leads");
            CompletableFuture<Leadership> bobsTurn = candidate(bob, path, "bob").campaignAsync();
            say.accept("bob", "stands by");

            say.accept("fault", "ada's session ends");
            long begin = System.nanoTime();
            endSession.accept(ada);
            Leadership bobs = bobsTurn.get(5, SECONDS);
            long micros = (System.nanoTime() - begin) / 1000;
            say.accept(
                    "bob", "leads, term " + bobs.term() + ", " + micros / 100 / 10.0 + " ms after the session's end");
            say.accept("ada", "was told: " + adas.lost().get(5, SECONDS).reason());
            check(!adas.isHeld(), "the old leader knows that it leads no more");
            check(bobs.term() > adas.term(), "each term is larger than all before");
            check(isSeen("bob", seen), "observers are told who leads");
            say.accept("observer", "sees that bob leads");
            bobs.resign();
            say.accept("bob", "resigns");
        }
        return "two terms, one leader at a time, and the observer saw both.";
    }

    private static LeaderElection candidate(PinfoldClient client, String path, String name) {
        return LeaderElection.builder(client, path).candidate(name).build();
    }

    private static boolean isSeen(String name, BlockingQueue<Optional<Leader>> seen) throws InterruptedException {
        Optional<Leader> leader = seen.poll(5, SECONDS);
        while (leader != null && !leader.map(Leader::id).equals(Optional.of(name))) {
            leader = seen.poll(5, SECONDS);
        }
        return leader != null;
    }

    private static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
