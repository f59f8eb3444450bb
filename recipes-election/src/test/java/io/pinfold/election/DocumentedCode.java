package io.pinfold.election;

import io.pinfold.client.PinfoldClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The code of docs/recipes/election.md; {@link DocumentedCodeTest} runs it. */
final class DocumentedCode {
    private DocumentedCode() {}

    static void lead(PinfoldClient client, Scheduler scheduler) throws InterruptedException {
        try (var election = LeaderElection.builder(client, "/services/scheduler/leader")
                .candidate("node-3")
                .build()) {
            // Campaigns and leads until the election is closed.
            election.run(leadership -> {
                while (leadership.isHeld()) {
                    scheduler.tick(leadership.term()); // larger than that of every earlier leader
                }
            });
        }
    }

    static void leadOnce(LeaderElection election, Scheduler scheduler) throws InterruptedException {
        try (Leadership leadership = election.campaign()) { // or lead once, and resign by closing
            scheduler.tick(leadership.term());
        }
    }

    static void leadWhileHealthy(PinfoldClient client, Scheduler scheduler) throws InterruptedException {
        try (var election = LeaderElection.builder(client, "/services/scheduler/leader")
                .candidate("node-3")
                .metadata("10.0.0.3:9000") // observers see it; a leader can proclaim something else
                .whileHealthy(scheduler::isHealthy, Duration.ofSeconds(1)) // else it stays out, and resigns
                .onTermEnd(end -> scheduler.log(end.term() + " ended: " + end.reason()))
                .closeAtShutdown() // the next one need not wait for the end of the session
                .build()) {
            election.run(leadership -> scheduler.work(leadership));
        }
    }

    static CompletableFuture<Void> lead(LeaderElection election, Scheduler scheduler) {
        // No thread of its own: one session can stand in thousands.
        return election.runAsync(leadership -> {
            scheduler.begin(leadership.term());
            return leadership.ended().thenAccept(end -> scheduler.stop());
        });
    }

    static void observe(PinfoldClient client, Router router) throws InterruptedException {
        try (LeaderObserver observer = LeaderObserver.at(client, "/services/scheduler/leader")) { // no candidacy needed
            observer.onChange(leader -> router.target(leader.map(Leader::id)));
            Leader leader = observer.awaitLeader(Duration.ofSeconds(10)).orElseThrow();
            router.target(Optional.of(leader.id()));
        }
    }

    /** What the leader does. */
    interface Scheduler {
        void tick(long term);

        boolean isHealthy();

        void log(String line);

        void work(Leadership leadership);

        void begin(long term);

        void stop();
    }

    /** Who wants to know the leader. */
    interface Router {
        void target(Optional<String> leader);
    }
}
