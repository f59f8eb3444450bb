package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ErrorCode;
import io.pinfold.server.consensus.Member;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Role;
import io.pinfold.wire.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The members are changed by requests of clients, as with Apache ZooKeeper. */
class ReconfigTest {
    private static final Policy OPEN = new Policy(false, "", false, false, true, Policy.DEFAULT.removal());
    private static final Policy CLOSED = new Policy(true, "", false, false, true, Policy.DEFAULT.removal());

    private final EngineTeam team = new EngineTeam(3, OPEN);

    @Test
    void theMembersAreShownFromTheBeginning() {
        assertEquals(text(1, 2, 3) + "version=100000001", config(3));
    }

    @Test
    void aMemberJoinsThatHasLearnedEverything() {
        team.add(4);
        EngineClient client = team.mate(2).session();
        int xid = client.send(new Request.Reconfig(line(4), null, null, -1));
        team.settleSubmitted(2);
        assertEquals(List.of(xid + " 0"), client.received());
        assertTrue(config(4).startsWith(text(1, 2, 3, 4)));
        assertEquals(List.of(1, 2, 3, 4), team.mate(1).engine.membership().voters());
    }

    @Test
    void whoIsNotThereCannotJoinAsAVoterButAsAnObserver() {
        assertRefused(ErrorCode.NEW_CONFIG_NO_QUORUM, new Request.Reconfig(line(4), null, null, -1));
        assertDone(new Request.Reconfig(line(4).replace("participant", "observer"), null, null, -1));
        assertEquals(List.of(1, 2, 3), team.mate(1).engine.membership().voters());
    }

    @Test
    void aMemberLeaves() {
        assertDone(new Request.Reconfig(null, "3", null, -1));
        assertTrue(config(2).startsWith(text(1, 2)));
        assertEquals(Role.LEARNER, team.mate(3).engine.status().role());
    }

    @Test
    void aChangeOfTheMembersIsInTheAuditLog() {
        assertDone(new Request.Reconfig(null, "3", null, -1));
        List<String> lines = team.mate(1).audited;
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(
                lines.get(0).contains(" operation=reconfig znode=/zookeeper/config members=-3 result=success"),
                lines::toString);
    }

    @Test
    void theLeaderLeavesAndHandsOver() {
        EngineClient client = team.mate(1).session();
        int xid = client.send(new Request.Reconfig(null, "1", null, -1));
        team.settleSubmitted(1);
        team.settle();
        assertEquals(List.of(xid + " 0"), client.received());
        assertEquals(Role.LEARNER, team.mate(1).engine.status().role());
        assertTrue(team.mate(2).engine.status().role() == Role.LEADER
                || team.mate(3).engine.status().role() == Role.LEADER);
    }

    @Test
    void allMembersMayBeNamedAnew() {
        assertDone(new Request.Reconfig(null, null, text(1, 2).replace('\n', ','), -1));
        assertTrue(config(1).startsWith(text(1, 2)));
    }

    @Test
    void theVersionIsTheLastChangeThatCanBeSeen() {
        assertRefused(ErrorCode.BAD_VERSION, new Request.Reconfig(null, "3", null, 0x100000000L));
        assertDone(new Request.Reconfig(null, "3", null, 0x100000001L));
        long version = MembershipText.version(team.mate(1).tree.config());
        assertRefused(ErrorCode.BAD_VERSION, new Request.Reconfig(null, "2", null, 0x100000001L));
        assertDone(new Request.Reconfig(null, "2", null, version));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        List<String> nonsense = List.of(
                "4",
                "server.4=",
                "server.4=h:1:2:leader",
                "server.0=h:1:2",
                "server.x=h:1:2",
                "server.255=h:1:2",
                "server.4=h:0:2",
                "server.4=m1:2881:3888",
                "server.4=h:1:2,server.5=h:1:2");
        for (String joining : nonsense) {
            assertRefused(ErrorCode.BAD_ARGUMENTS, new Request.Reconfig(joining, null, null, -1));
        }
        assertRefused(ErrorCode.BAD_ARGUMENTS, new Request.Reconfig(null, "x", null, -1));
        assertRefused(ErrorCode.BAD_ARGUMENTS, new Request.Reconfig(null, "1,2,3", null, -1));
    }

    @Test
    void whoMayNotWriteTheZnodeMayNotChangeTheMembers() {
        EngineTeam closed = new EngineTeam(3, CLOSED);
        EngineClient client = closed.mate(1).session();
        int xid = client.send(new Request.Reconfig(null, "3", null, -1));
        closed.settleSubmitted(1);
        assertEquals(List.of(xid + " " + ErrorCode.NO_AUTH.number()), client.received());
    }

    @Test
    void itIsDisabledUnlessThePolicySaysOtherwise() {
        EngineTeam plain = new EngineTeam(3);
        EngineClient client = plain.mate(1).session();
        int xid = client.send(new Request.Reconfig(null, "3", null, -1));
        plain.settleSubmitted(1);
        assertEquals(List.of(xid + " " + ErrorCode.RECONFIG_DISABLED.number()), client.received());
    }

    @Test
    void oneChangeAtATime() {
        EngineClient first = team.mate(1).session();
        EngineClient second = team.mate(1).session();
        team.slow.addAll(List.of(2, 3));
        int one = first.send(new Request.Reconfig(null, "3", null, -1));
        team.settleSubmitted(1);
        int two = second.send(new Request.Reconfig(null, "2", null, -1));
        team.settleSubmitted(1);
        assertEquals(List.of(), first.received());
        team.slow.clear();
        team.settle();
        assertEquals(List.of(one + " 0"), first.received());
        assertEquals(List.of(two + " " + ErrorCode.RECONFIG_IN_PROGRESS.number()), second.received());
    }

    @Test
    void pingsAreAnsweredAndTheSessionLivesWhileAChangeWaits() {
        team.add(4);
        EngineClient client = team.mate(1).session(4000);
        team.slow.add(4);
        team.mate(1).turn(() -> client.create("/before"));
        team.settle();
        client.received();
        int change = client.send(new Request.Reconfig(line(4), null, null, -1));
        int read = client.send(new Request.Exists("/before", false));
        team.settleSubmitted(1);
        for (int i = 0; i < 6; i++) {
            client.send(-2, new Request.Ping());
            team.settleSubmitted(1);
            team.run(1000);
            assertEquals(List.of("-2 0"), client.received(), "ping " + i);
        }
        team.slow.clear();
        team.settle();
        assertEquals(List.of(change + " 0", read + " 0"), client.received());
        assertTrue(team.mate(1).tree.sessions().contains(client.sessionId));
    }

    @Test
    void aChangeToVotersOfWhomMostAreDownIsGivenUpAndHarmsNobody() {
        EngineTeam five = new EngineTeam(5, OPEN);
        EngineClient client = five.mate(1).session();
        five.isolate(4);
        five.isolate(5);
        five.run(1000);
        int xid = client.send(new Request.Reconfig(null, "2,3", null, -1));
        five.settleSubmitted(1);
        five.run(9500);
        assertEquals(List.of(xid + " " + ErrorCode.NEW_CONFIG_NO_QUORUM.number()), client.received());
        assertTrue(five.mate(1).engine.status().serving());
        assertEquals(List.of(1, 2, 3, 4, 5), five.mate(1).engine.membership().voters());
    }

    @Test
    void aServerOfItsOwnHasNoMembersToChange() {
        EngineHarness alone = new EngineHarness(new io.pinfold.server.tree.DataTree(), 1, EngineHarness.options(OPEN));
        EngineHarness.Client client = alone.session();
        int xid = client.send(new Request.Reconfig(null, "1", null, -1));
        alone.settle();
        assertEquals(List.of(xid + " " + ErrorCode.UNIMPLEMENTED.number()), client.received());
    }

    @Test
    void nobodyKnowsWhatBecameOfAChangeWhoseLeaderIsLost() {
        EngineClient client = team.mate(2).session();
        team.blocked.addAll(List.of("1>2", "1>3"));
        client.send(new Request.Reconfig(null, "3", null, -1));
        team.settleSubmitted(2);
        team.isolate(1);
        team.blocked.clear();
        team.pass(400, 2);
        team.settle();
        assertEquals("nobody knows what became of a change of the members", client.closedBecause);
    }

    @Test
    void whoWasToJoinUnderALeaderThatIsLostStaysOutside() {
        List<Member> four = new ArrayList<>(team.mate(1).engine.membership().members());
        four.add(new Member(4, 0, false, "m4", 2881, 3888, "2181"));
        team.mate(1).turn(() -> assertTrue(team.mate(1).engine.changeMembership(Membership.of(four))));
        team.settle();
        team.isolate(1);
        team.pass(400, 2);
        team.settle();
        EngineClient client = team.mate(2).session();
        int xid = client.send(new Request.Reconfig(null, "1", null, -1));
        team.settleSubmitted(2);
        assertEquals(List.of(xid + " 0"), client.received());
        assertEquals(List.of(2, 3), team.mate(2).engine.membership().voters());
    }

    @Test
    void aWatchTellsOfAChangeOnce() {
        EngineClient watcher = team.mate(3).session();
        watcher.send(new Request.GetData("/zookeeper/config", true));
        team.mate(3).turn(() -> {});
        watcher.received();
        assertDone(new Request.Reconfig(null, "2", null, -1));
        assertEquals(List.of("event NODE_DATA_CHANGED /zookeeper/config"), watcher.received());
    }

    private void assertDone(Request.Reconfig request) {
        assertRefused(ErrorCode.OK, request);
    }

    private void assertRefused(ErrorCode expected, Request.Reconfig request) {
        EngineClient client = team.mate(1).session();
        int xid = client.send(request);
        team.settleSubmitted(1);
        assertEquals(List.of(xid + " " + expected.number()), client.received(), request::toString);
    }

    private String config(int member) {
        return new String(Objects.requireNonNull(team.mate(member).tree.config()), StandardCharsets.UTF_8);
    }

    private static String text(int... members) {
        StringBuilder text = new StringBuilder();
        for (int member : members) {
            text.append(line(member)).append('\n');
        }
        return text.toString();
    }

    private static String line(int member) {
        return "server." + member + "=m" + member + ":2881:3888:participant;2181";
    }
}
