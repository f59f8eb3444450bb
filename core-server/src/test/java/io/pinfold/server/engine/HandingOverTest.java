package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.server.consensus.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of requests while a leader hands over, and when decisions come to nothing. */
class HandingOverTest {
    private final EngineTeam team = new EngineTeam(3);

    @Test
    void whatAFollowerAsksDuringAFailedHandingOverIsDoneAfterIt() {
        EngineClient client = team.mate(3).session();
        beginToHandOver();

        int first = client.create("/a");
        team.mate(3).turn(() -> {});
        team.deliver("3>1");
        int second = client.create("/a/b");
        team.mate(3).turn(() -> {});
        assertEquals(List.of(), client.received());

        failToHandOver();
        assertEquals(List.of(first + " 0", second + " 0"), client.received());
    }

    @Test
    void whatComesWhenTheHandingOverFailsStandsBehindWhatWaited() {
        EngineClient client = team.mate(1).session();
        beginToHandOver();
        int first = client.create("/a");
        team.mate(1).turn(() -> {});

        int[] second = new int[1];
        team.mate(1).later(400);
        team.mate(1).turn(() -> second[0] = client.create("/a/b"));
        team.blocked.clear();
        team.slow.clear();
        team.settle();
        assertEquals(List.of(first + " 0", second[0] + " 0"), client.received());
    }

    @Test
    void whatComesBehindAnUndoneSessionStaysInOrder() {
        EngineTeam five = new EngineTeam(5);
        EngineTeam.Mate mate = five.mate(2);
        EngineClient client = mate.connect();
        five.deliver("2>1");
        five.deliverOne("1>2"); // the decision, but not the entry
        int[] xids = new int[2];
        mate.turn(() -> xids[0] = client.create("/a"));
        five.isolate(1);

        // Another leader has the log without the session, and commits while the member is not linked with it.
        five.pass(400, 3);
        while (five.mate(3).engine.status().role() != Role.LEADER) {
            five.step();
        }
        five.blocked.addAll(List.of("4>3", "5>3"));
        five.settle();
        five.unlink(2, 3);
        five.blocked.clear();
        five.settle();
        // Linked again, the member hears of the commit first: the session never was.
        five.link(2, 3);
        five.deliver("3>2");
        mate.turn(() -> xids[1] = client.create("/a/b"));
        five.isolate(3);
        five.pass(400, 2);
        five.settle();

        assertEquals(Role.LEADER, mate.engine.status().role());
        client.welcome();
        assertEquals(List.of(xids[0] + " 0", xids[1] + " 0"), client.received());
    }

    /** Member 2 shall lead, but is not told, because its disk does not catch up. */
    private void beginToHandOver() {
        team.slow.add(2);
        EngineClient writer = team.mate(1).session();
        writer.create("/slow", CreateMode.PERSISTENT);
        team.settle();
        team.blocked.add("3>1");
        team.blocked.add("1>3");
        team.mate(1).turn(() -> assertTrue(team.mate(1).engine.transferLeadership()));
    }

    private void failToHandOver() {
        team.pass(400, 1);
        team.slow.clear();
        team.blocked.clear();
        team.settle();
    }
}
