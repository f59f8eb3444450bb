package io.pinfold.election;

import io.pinfold.client.PinfoldClient;
import java.time.Duration;
import java.util.Optional;

/** The code of docs/recipes/election.md, so that it compiles. */
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
    }

    /** Who wants to know the leader. */
    interface Router {
        void target(Optional<String> leader);
    }
}
