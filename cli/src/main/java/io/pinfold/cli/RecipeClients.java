package io.pinfold.cli;

import io.pinfold.election.LeaderElection;
import io.pinfold.locks.DistributedLock;
import io.pinfold.testing.sim.Holders;
import io.pinfold.testing.sim.LeaseActor;
import io.pinfold.testing.sim.MixedClients;
import io.pinfold.testing.sim.Stage;
import io.pinfold.testing.sim.Workload;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs that contend for a lock and for an election, are held up and die, beside clients of all other kinds. Confined to
 * the world's thread.
 */
final class RecipeClients implements Workload {
    private static final int CONTENDERS = 3;

    private final MixedClients others;
    private final List<LeaseActor> contenders = new ArrayList<>();

    RecipeClients(Stage stage) {
        others = new MixedClients(stage);
        Holders holders = new Holders(stage);
        for (int i = 0; i < CONTENDERS; i++) {
            contenders.add(new LeaseActor(
                    stage,
                    holders,
                    "locker" + i,
                    "lock",
                    client -> DistributedLock.at(client, "/locks/one")::acquireAsync));
            contenders.add(new LeaseActor(
                    stage,
                    holders,
                    "candidate" + i,
                    "election",
                    client -> LeaderElection.at(client, "/elections/one")::campaignAsync));
        }
    }

    /** {@return how often somebody was given the lock or was elected} */
    int grants() {
        return contenders.stream().mapToInt(LeaseActor::grants).sum();
    }

    @Override
    public void start() {
        others.start();
        contenders.forEach(LeaseActor::start);
    }

    @Override
    public void calm() {
        others.calm();
        contenders.forEach(LeaseActor::calm);
    }

    @Override
    public void requireDone() {
        others.requireDone();
        if (contenders.stream().anyMatch(LeaseActor::isContending)) {
            throw new AssertionError("a lock or an election is never given to somebody who waits for it");
        }
    }
}
