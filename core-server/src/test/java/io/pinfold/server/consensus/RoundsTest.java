package io.pinfold.server.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RoundsTest {
    @Test
    void aPeerIsAskedOnceForARoundHoweverManyTurnsPassBeforeItAnswers() {
        SmallCluster cluster = new SmallCluster(1, 3, Safeguards.ALL, 1L << 30);
        cluster.heal();
        SmallMember leader = cluster.leader();
        leader.replica.endOfTurn();
        int before = cluster.underWay();
        leader.replica.readIndex(7);
        for (int turn = 0; turn < 100; turn++) {
            leader.replica.endOfTurn();
        }
        assertEquals(before + 2, cluster.underWay());
    }
}
