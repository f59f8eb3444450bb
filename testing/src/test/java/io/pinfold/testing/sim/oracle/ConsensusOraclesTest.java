package io.pinfold.testing.sim.oracle;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.server.consensus.Membership;
import io.pinfold.server.storage.LogEntry;
import org.junit.jupiter.api.Test;

class ConsensusOraclesTest {
    private final Tale tale = new Tale();

    @Test
    void twoLeadersOfOneEpochAreSeen() {
        tale.hear(new Fact.Led(0, 1, 7));
        tale.hear(new Fact.Led(0, 2, 8));
        Tale.breaks(ElectionSafety.class, () -> tale.hear(new Fact.Served(0, 3, 7)));
    }

    @Test
    void aSecondVoteInOneEpochIsSeen() {
        tale.hear(new Fact.Voted(0, 1, 7, 2, 7, 2));
        tale.hear(new Fact.Voted(0, 1, 7, 2, 7, 2));
        Tale.breaks(ElectionSafety.class, () -> tale.hear(new Fact.Voted(0, 1, 7, 3, 7, 3)));
    }

    @Test
    void aVoteThatIsNotDurableIsSeen() {
        Tale.breaks(DurableBeforeAck.class, () -> tale.hear(new Fact.Voted(0, 1, 7, 2, 6, 2)));
    }

    @Test
    void aVoteThatIsDurableForAnotherIsSeen() {
        Tale.breaks(DurableBeforeAck.class, () -> tale.hear(new Fact.Voted(0, 1, 7, 2, 7, 1)));
    }

    @Test
    void anAcknowledgementOfWhatIsNotDurableIsSeen() {
        tale.hear(new Fact.Acknowledged(0, 1, 5, 5));
        Tale.breaks(DurableBeforeAck.class, () -> tale.hear(new Fact.Acknowledged(0, 1, 6, 5)));
    }

    @Test
    void twoHistoriesUpToOneZxidAreSeen() {
        tale.hear(new Fact.Appended(0, 1, entry(1, 1)));
        tale.hear(new Fact.Appended(0, 1, entry(2, 1)));
        tale.hear(new Fact.Appended(0, 2, entry(1, 1)));
        Tale.breaks(LogMatching.class, () -> tale.hear(new Fact.Appended(0, 2, entry(2, 9))));
    }

    @Test
    void aHoleInALogIsSeen() {
        tale.hear(new Fact.Appended(0, 1, entry(1, 1)));
        tale.hear(new Fact.Appended(0, 1, entry(2, 1)));
        tale.hear(new Fact.Appended(0, 1, entry(3, 1)));
        tale.hear(new Fact.Appended(0, 2, entry(1, 1)));
        Tale.breaks(LogMatching.class, () -> tale.hear(new Fact.Appended(0, 2, entry(3, 1))));
    }

    @Test
    void aLogThatWasCutGoesOnWithAnotherHistory() {
        tale.hear(new Fact.Appended(0, 1, entry(1, 1)));
        tale.hear(new Fact.Appended(0, 1, entry(2, 1)));
        tale.hear(new Fact.Cut(0, 1, 1));
        tale.hear(new Fact.Appended(0, 1, entry(0x100000000L, 3)));
        tale.hear(new Fact.Installed(0, 2, 1));
        tale.hear(new Fact.Appended(0, 2, entry(0x100000000L, 3)));
    }

    @Test
    void aLeaderWithoutACommittedEntryIsSeen() {
        tale.hear(new Fact.Appended(0, 1, entry(1, 1)));
        tale.hear(new Fact.Committed(0, 1, entry(1, 2)));
        tale.hear(new Fact.Installed(0, 2, 1));
        tale.hear(new Fact.Led(0, 2, 1));
        Tale.breaks(LeaderCompleteness.class, () -> tale.hear(new Fact.Led(0, 1, 2)));
    }

    @Test
    void anEntryThatIsCommittedTwiceWithDifferentBytesIsSeen() {
        tale.hear(new Fact.Committed(0, 1, entry(1, 2)));
        tale.hear(new Fact.Committed(0, 2, entry(1, 2)));
        assertThrows(Violation.class, () -> tale.hear(new Fact.Committed(0, 3, entry(1, 3))));
    }

    @Test
    void anEntryThatIsCommittedBehindAnotherOneIsSeen() {
        tale.hear(new Fact.Committed(0, 1, entry(2, 2)));
        assertThrows(Violation.class, () -> tale.hear(new Fact.Committed(0, 2, entry(1, 2))));
    }

    @Test
    void whatAMemberHadDurablyCountsThoughItsDiskWasDamagedSince() {
        tale.hear(new Fact.Founded(0, Tale.members(1, 2, 3)));
        tale.hear(new Fact.Kept(0, 1, 2));
        tale.hear(new Fact.Kept(0, 2, 2));
        tale.hear(new Fact.Restarted(5, 2, 1));
        tale.hear(new Fact.Installed(5, 2, 1));
        tale.hear(new Fact.Committed(6, 1, entry(2, 2)));
    }

    @Test
    void aCommitThatAMinorityHasIsSeen() {
        tale.hear(new Fact.Founded(0, Tale.members(1, 2, 3)));
        tale.hear(new Fact.Kept(0, 1, 1));
        tale.hear(new Fact.Kept(0, 2, 1));
        tale.hear(new Fact.Committed(0, 1, entry(1, 2)));
        tale.hear(new Fact.Kept(0, 1, 2));
        Tale.breaks(CommittedByQuorum.class, () -> tale.hear(new Fact.Committed(0, 1, entry(2, 2))));
    }

    @Test
    void aMembershipWhoseQuorumsNeedNotMeetThoseBeforeIsSeen() {
        tale.hear(new Fact.Founded(0, Tale.members(1, 2, 3)));
        for (int member = 1; member <= 5; member++) {
            tale.hear(new Fact.Kept(0, member, 2));
        }
        tale.hear(new Fact.Committed(0, 1, membership(1, Tale.members(1, 2, 3, 4))));
        Tale.breaks(
                MembershipQuorums.class,
                () -> tale.hear(new Fact.Committed(0, 1, membership(2, Tale.members(2, 3, 4, 5, 6)))));
    }

    @Test
    void differentStatesAtOneZxidAreSeen() {
        tale.hear(new Fact.Digested(0, 1, 5, 77));
        tale.hear(new Fact.Digested(0, 2, 6, 78));
        Tale.breaks(TreeDigest.class, () -> tale.hear(new Fact.Digested(0, 2, 5, 78)));
    }

    @Test
    void aQueueBeyondItsLimitIsSeen() {
        tale.hear(new Fact.Queued(0, 1, "bytes for peer 2", 10, 10));
        Tale.breaks(ResourceBounds.class, () -> tale.hear(new Fact.Queued(0, 1, "bytes for peer 2", 11, 10)));
    }

    /** An entry that the model does not look into. */
    private static LogEntry entry(long zxid, int content) {
        return new LogEntry(zxid, new byte[] {9, (byte) content});
    }

    private static LogEntry membership(long zxid, Membership membership) {
        return new LogEntry(zxid, membership.toPayload());
    }
}
