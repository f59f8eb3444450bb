package io.pinfold.groups;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.junit.SimulatedTest;
import io.pinfold.testing.kit.SimulatedEnsemble;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What the double barrier promises on an ensemble whose members do not all know the same. */
class DoubleBarrierTest {
    private static final int PARTIES = 2;

    @SimulatedTest(seeds = 12)
    void nobodyHasLeftWhileSomebodyIsInsideOfWhomItsMemberHasNotHeard(
            SimulatedEnsemble ensemble, PinfoldClient leaves, PinfoldClient goesAway, PinfoldClient stays)
            throws Exception {
        stays.exists("/");
        CompletableFuture<DoubleBarrierEntry> entering = barrier(leaves).enterAsync();
        barrier(goesAway).enter();
        DoubleBarrierEntry entry = ensemble.await(entering);
        goesAway.close();
        ensemble.advance(Duration.ofMillis(100));
        ensemble.faults().partition(1 + (int) (ensemble.seed() % ensemble.size()));

        DoubleBarrierEntry other = barrier(stays).enter();
        CompletableFuture<Void> left = entry.leaveAsync();
        ensemble.advance(Duration.ofSeconds(2));

        assertFalse(left.isDone());
        ensemble.faults().heal();
        other.leave();
        ensemble.await(left);
    }

    private static DistributedDoubleBarrier barrier(PinfoldClient client) {
        return DistributedDoubleBarrier.at(client, "/barrier", PARTIES);
    }
}
