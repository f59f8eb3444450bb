package io.pinfold.server.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.storage.LogEntry;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a follower does about messages that no leader would send. */
class FollowingTest {
    private static final long EPOCH_2 = 2L << 32;

    private final ScriptCluster cluster = new ScriptCluster();

    @BeforeEach
    void followTheFirst() {
        cluster.configure(List.of(1, 2, 3), List.of());
        cluster.settleLedByFirst();
        cluster.propose(1, List.of("a", "b"));
        cluster.settle();
        cluster.run(60);
        cluster.takeTold();
    }

    @Test
    void stopsWhenALeaderLeavesOutWhatIsCommitted() {
        receive(append(commitZxid() - 2, new LogEntry(EPOCH_2, new byte[0])));

        assertStopped("the leader lacks entries before");
    }

    @Test
    void stopsWhenALeaderHasAnEntryThatIsNotAmongTheCommittedOnes() {
        receive(new Message.Append(2, 1, 0, List.of(), 0, 0));

        assertStopped("the leader's log has 0x1, which is not among what is committed here");
    }

    @Test
    void stopsWhenTwoMembersLeadOneEpoch() {
        cluster.member(2)
                .turn(() -> cluster.member(2)
                        .replica
                        .onMessage(3, new Message.Append(1, commitZxid(), 0, List.of(), 0, 0)));

        assertStopped("members 1 and 3 both lead epoch 1");
    }

    @Test
    void stopsWhenOneEntryHasTwoHistories() {
        receive(new Message.Append(2, commitZxid(), 4711, List.of(), 0, 0));

        assertStopped("the log differs from the leader's");
    }

    @Test
    void doesNotTakeWhatItHasTwice() {
        LogEntry last = cluster.member(2)
                .replica
                .log
                .entry(cluster.member(2).replica.log.end() - 1);
        receive(append(commitZxid() - 1, last));

        assertEquals(
                List.of(),
                cluster.takeTold().stream()
                        .filter(line -> line.contains("disk"))
                        .toList());
    }

    @Test
    void believesThatSomethingIsCommittedOnlyAsFarAsItAgreesWithWhoSaysSo() {
        long committed = commitZxid();
        cluster.propose(1, List.of("c"));
        cluster.deliver(List.of("1>2"));
        Replica replica = cluster.member(2).replica;
        assertEquals(committed + 1, replica.lastZxid());

        cluster.member(2).turn(() -> replica.onMessage(3, new Message.Committed(2, committed + 1)));

        assertEquals(3, replica.leader());
        assertEquals(committed, commitZxid());
    }

    private long commitZxid() {
        return cluster.member(2).replica.commitZxid();
    }

    private Message.Append append(long prevZxid, LogEntry entry) {
        RecentLog log = cluster.member(2).replica.log;
        return new Message.Append(2, prevZxid, log.chainBefore(log.after(prevZxid)), List.of(entry), 0, 0);
    }

    private void receive(Message message) {
        cluster.member(2).turn(() -> cluster.member(2).replica.onMessage(1, message));
    }

    private void assertStopped(String reason) {
        List<String> told = cluster.takeTold();
        assertTrue(told.stream().anyMatch(line -> line.startsWith("2 stops: " + reason)), told::toString);
    }
}
