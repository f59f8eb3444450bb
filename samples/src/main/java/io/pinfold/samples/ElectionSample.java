package io.pinfold.samples;

import io.pinfold.client.PinfoldClient;
import io.pinfold.election.Leader;
import io.pinfold.election.LeaderElection;
import io.pinfold.election.LeaderObserver;
import io.pinfold.election.Leadership;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/*
 * What it shows:   two candidates for one job, and somebody who only wants to know who leads.
 * The guarantee:   one leader at a time; each term is larger than all before, so late orders of an old leader show.
 * The failure:     the leader's session ends. It is told before another leads, the next candidate takes over at once, and
 *                  the observer sees the change.
 */
final class ElectionSample implements Sample {
    @Override
    public String name() {
        return "election";
    }

    @Override
    public String shows() {
        return "two candidates and an observer; the leader drops out";
    }

    @Override
    public String run(Stage stage, Narrator say) throws InterruptedException {
        String path = stage.path("election");
        BlockingQueue<Optional<Leader>> seen = new LinkedBlockingQueue<>();
        try (PinfoldClient ada = PinfoldClient.connect(stage.servers());
                PinfoldClient bob = PinfoldClient.connect(stage.servers());
                PinfoldClient onlooker = PinfoldClient.connect(stage.servers());
                LeaderObserver observer = LeaderObserver.at(onlooker, path)) {
            observer.onChange(seen::add);
            Leadership adas = candidate(ada, path, "ada").campaign();
            say.tell("ada", "leads, term " + adas.term());
            awaitLeader("ada", seen, say);
            CompletableFuture<Leadership> bobsTurn = candidate(bob, path, "bob").campaignAsync();
            say.tell("bob", "stands by");

            long begin = System.nanoTime();
            say.fault("ada's session " + stage.endSession(ada));
            Leadership bobs = Sample.soon(bobsTurn, "the next candidate takes over");
            long micros = (System.nanoTime() - begin) / 1000;
            say.tell("bob", "leads, term " + bobs.term() + ", " + micros + " us after the session's end");
            say.tell(
                    "ada",
                    "was told: "
                            + Sample.soon(adas.lost(), "a leader is told of its loss")
                                    .reason());
            awaitLeader("bob", seen, say);
            BrokenPromise.unless(bobs.term() > adas.term(), "each term is larger than all before");
            BrokenPromise.unless(!adas.isHeld(), "the old leader knows that it leads no more");
            bobs.resign();
            say.tell("bob", "resigns");
        }
        return "two terms, one leader at a time, and the observer saw both.";
    }

    private static LeaderElection candidate(PinfoldClient client, String path, String name) {
        return LeaderElection.builder(client, path).candidate(name).build();
    }

    private static void awaitLeader(String name, BlockingQueue<Optional<Leader>> seen, Narrator say)
            throws InterruptedException {
        Optional<Leader> leader = Optional.empty();
        while (leader.isEmpty() || !leader.get().id().equals(name)) {
            leader = seen.poll(Duration.ofSeconds(5).toMillis(), TimeUnit.MILLISECONDS);
            BrokenPromise.unless(leader != null, "observers are told who leads");
        }
        say.tell("observer", "sees that " + name + " leads");
    }
}
