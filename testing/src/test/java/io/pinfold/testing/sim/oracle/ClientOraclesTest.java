package io.pinfold.testing.sim.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinfold.Acl;
import io.pinfold.ErrorCode;
import io.pinfold.Stat;
import io.pinfold.server.tree.NodeKind;
import io.pinfold.server.tree.Txn;
import io.pinfold.wire.Replies;
import io.pinfold.wire.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientOraclesTest {
    private final Tale tale = Tale.withSession();

    @Test
    void aTrueHistoryBreaksNothing() {
        tale.write(1, 1, Tale.create("/a"));
        tale.write(1, 2, Tale.createEphemeral("/a/e"));
        tale.write(1, 3, new Request.SetData("/a", new byte[3], 0));
        tale.write(1, 4, new Request.Multi(List.of(Tale.create("/b"), new Request.Delete("/a/e", 0))));
        tale.ask(1, 5, Tale.create("/b"));
        tale.refuse(1, 5, ErrorCode.NODE_EXISTS);
        tale.write(1, 6, Request.CloseSession.INSTANCE);
        tale.oracles.end(tale.now);
    }

    @Test
    void aReplyAheadOfWhatIsCommittedIsSeen() {
        tale.ask(1, 1, new Request.Exists("/", false));
        Tale.breaks(NoUncommittedExposure.class, () -> tale.answer(1, 1, tale.zxid + 1, ErrorCode.OK, out -> {}));
    }

    @Test
    void aReplyFromThePastIsSeen() {
        tale.write(1, 1, Tale.create("/a"));
        tale.greet(2, Tale.SESSION, tale.zxid);
        tale.welcome(2, Tale.SESSION);
        tale.ask(2, 1, new Request.Exists("/a", false));
        Tale.breaks(MonotoneZxid.class, () -> tale.answer(2, 1, tale.zxid - 1, ErrorCode.NO_NODE, out -> {}));
    }

    @Test
    void aReadOfAnotherStateThanThatOfItsZxidIsSeen() {
        Stat before = tale.state().node("/").stat();
        tale.write(1, 1, Tale.create("/a"));
        tale.ask(1, 2, new Request.Exists("/", false));
        Tale.breaks(
                ReadIsStateAtZxid.class,
                () -> tale.answer(1, 2, tale.zxid, ErrorCode.OK, out -> Replies.writeStat(out, before)));
    }

    @Test
    void anAbsentZnodeThatIsThereIsSeen() {
        tale.write(1, 1, Tale.create("/a"));
        tale.ask(1, 2, new Request.GetData("/a", false));
        Tale.breaks(ReadIsStateAtZxid.class, () -> tale.refuse(1, 2, ErrorCode.NO_NODE));
    }

    @Test
    void repliesOutOfTurnAreSeen() {
        tale.ask(1, 1, new Request.Sync("/"));
        tale.ask(1, 2, new Request.Sync("/"));
        Tale.breaks(FifoClientOrder.class, () -> tale.answer(1, 2, tale.zxid, ErrorCode.OK, out -> {}));
    }

    @Test
    void changesOutOfTheOrderOfTheirRequestsAreSeen() {
        tale.ask(1, 1, Tale.create("/a"));
        tale.ask(1, 2, Tale.create("/b"));
        Tale.breaks(FifoClientOrder.class, () -> tale.happen(1, 2, Tale.create("/b")));
    }

    @Test
    void aRequestThatWasSkippedAndCouldNotHaveBeenRefusedIsSeen() {
        tale.ask(1, 1, new Request.Delete("/nothing", -1)); // must be refused
        tale.ask(1, 2, Tale.create("/b"));
        tale.happen(1, 2, Tale.create("/b"));
        tale.ask(1, 3, Tale.create("/c"));
        tale.ask(1, 4, Tale.create("/d"));
        Tale.breaks(FifoClientOrder.class, () -> tale.happen(1, 4, Tale.create("/d")));
    }

    @Test
    void aLateChangeFromAnOldConnectionIsSeen() {
        tale.ask(1, 1, Tale.create("/a"));
        tale.greet(2, Tale.SESSION, tale.zxid);
        tale.welcome(2, Tale.SESSION);
        tale.ask(2, 1, new Request.Sync("/"));
        tale.answer(2, 1, tale.zxid, ErrorCode.OK, out -> {});
        Tale.breaks(FifoClientOrder.class, () -> tale.happen(1, 1, Tale.create("/a")));
    }

    @Test
    void aRequestThatHappensTwiceIsSeen() {
        tale.ask(1, 1, new Request.SetData("/", new byte[1], -1));
        tale.happen(1, 1, new Request.SetData("/", new byte[1], -1));
        Tale.breaks(ExactlyOnce.class, () -> tale.happen(1, 1, new Request.SetData("/", new byte[1], -1)));
    }

    @Test
    void aChangeThatNobodyAskedForIsSeen() {
        tale.ask(1, 1, Tale.create("/a"));
        Tale.breaks(ExactlyOnce.class, () -> tale.happen(1, 1, Tale.create("/b")));
    }

    @Test
    void aSuccessWithoutAChangeIsSeen() {
        tale.ask(1, 1, new Request.SetData("/", new byte[1], -1));
        tale.commit(0, 0, Tale.created("/other", 1));
        Tale.breaks(
                ExactlyOnce.class,
                () -> tale.answer(1, 1, tale.zxid, ErrorCode.OK, out -> Replies.writeStat(out, rootStat())));
    }

    @Test
    void aRefusalOfWhatHappenedIsSeen() {
        tale.ask(1, 1, Tale.create("/a"));
        tale.happen(1, 1, Tale.create("/a"));
        Tale.breaks(ExactlyOnce.class, () -> tale.refuse(1, 1, ErrorCode.NODE_EXISTS));
    }

    @Test
    void aRefusalThatWasNeverRightIsSeen() {
        tale.ask(1, 1, Tale.create("/a"));
        Tale.breaks(LinearizableWrites.class, () -> tale.refuse(1, 1, ErrorCode.NODE_EXISTS));
    }

    @Test
    void aResultThatTheModelDoesNotGiveIsSeen() {
        tale.ask(1, 1, new Request.SetData("/", new byte[1], -1));
        Stat before = rootStat();
        tale.happen(1, 1, new Request.SetData("/", new byte[1], -1));
        Tale.breaks(
                LinearizableWrites.class,
                () -> tale.answer(1, 1, tale.zxid, ErrorCode.OK, out -> Replies.writeStat(out, before)));
    }

    @Test
    void anOldSyncIsSeen() {
        long old = tale.zxid;
        tale.greet(2, 0, 0);
        tale.commit(Tale.SESSION + 1, 0, new Txn.CreateSession(Tale.TIMEOUT_MILLIS));
        tale.welcome(2, Tale.SESSION + 1);
        tale.write(1, 1, Tale.create("/a"));
        tale.ask(2, 1, new Request.Sync("/"));
        Tale.breaks(SyncFreshness.class, () -> tale.answer(2, 1, old, ErrorCode.OK, out -> {}));
    }

    @Test
    void aSessionThatLeavesAnEphemeralZnodeIsSeen() {
        tale.write(1, 1, Tale.createEphemeral("/e"));
        Tale.breaks(EphemeralExactlyOnce.class, () -> tale.commit(Tale.SESSION, 0, new Txn.CloseSession(List.of())));
    }

    @Test
    void aSessionThatEndsTooEarlyIsSeen() {
        tale.now = 500 * Tale.MILLI;
        tale.ask(1, -2, Request.Ping.INSTANCE);
        tale.answer(1, -2, tale.zxid, ErrorCode.OK, out -> {});
        tale.now = 1490 * Tale.MILLI;
        Tale.breaks(SessionTiming.class, () -> tale.commit(Tale.SESSION, 0, new Txn.CloseSession(List.of())));
    }

    @Test
    void aPingThatIsAnsweredForASessionThatEndsIsSeen() {
        tale.now = 900 * Tale.MILLI;
        tale.ask(1, -2, Request.Ping.INSTANCE);
        tale.now = 1000 * Tale.MILLI;
        tale.commit(Tale.SESSION, 0, new Txn.CloseSession(List.of()));
        Tale.breaks(SessionTiming.class, () -> tale.answer(1, -2, tale.zxid, ErrorCode.OK, out -> {}));
    }

    @Test
    void aSessionThatNeverEndsIsSeen() {
        tale.oracles.end(1400 * Tale.MILLI);
        Tale.breaks(SessionTiming.class, () -> tale.oracles.end(1600 * Tale.MILLI));
    }

    @Test
    void aNumberThatIsGivenTwiceIsSeen() {
        tale.write(1, 1, Tale.create("/a"));
        Tale.breaks(SequenceNumbers.class, () -> tale.commit(0, 0, Tale.created("/b", 1)));
    }

    @Test
    void aTransactionThatDoesNotFitTheStateIsSeen() {
        Violation violation = assertThrows(Violation.class, () -> tale.commit(0, 0, new Txn.Delete("/nothing")));
        assertEquals("committed transactions fit the state", violation.invariant());
    }

    @Test
    void aGuardedCreationThatIsMadeTwiceIsSeen() {
        tale.commit(0, 0, guarded("/a", 1));
        Tale.breaks(GuardedOnce.class, () -> tale.commit(0, 0, guarded("/b", 2)));
    }

    @Test
    void aGuardedCreationThatIsOnlySaidToBeMadeIsSeen() {
        Tale.breaks(GuardedOnce.class, () -> tale.hear(new Fact.Claimed(0, "guarded:x", true)));
    }

    private static Txn guarded(String path, long number) {
        byte[] token = "guarded:x".getBytes(StandardCharsets.UTF_8);
        return new Txn.Create(path, token, Acl.OPEN, NodeKind.PERSISTENT, number);
    }

    private Stat rootStat() {
        return tale.state().node("/").stat();
    }
}
