package io.pinfold.testing.sim.oracle;

import io.pinfold.ErrorCode;
import io.pinfold.WatchEvent.Type;
import io.pinfold.wire.Replies;
import io.pinfold.wire.Request;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchOracleTest {
    private static final Request CHANGE = new Request.SetData("/a", new byte[1], -1);

    private final Tale tale = Tale.withSession();

    @BeforeEach
    void watchTheData() {
        tale.write(1, 1, Tale.create("/a"));
        tale.ask(1, 2, new Request.Exists("/a", true));
        tale.answer(
                1,
                2,
                tale.zxid,
                ErrorCode.OK,
                out -> Replies.writeStat(out, tale.state().node("/a").stat()));
    }

    @Test
    void anEventBeforeTheReplyThatShowsItsChangeIsRight() {
        tale.ask(1, 3, CHANGE);
        tale.happen(1, 3, CHANGE);
        tale.tell(1, tale.zxid, Type.NODE_DATA_CHANGED, "/a");
        tale.answerWrite(1, 3, CHANGE);
    }

    @Test
    void aReplyBeforeTheEventOfWhatItShowsIsSeen() {
        tale.ask(1, 3, CHANGE);
        tale.happen(1, 3, CHANGE);
        Tale.breaks(WatchBeforeRead.class, () -> tale.answerWrite(1, 3, CHANGE));
    }

    @Test
    void aSecondEventOfAOneShotWatchIsSeen() {
        anEventBeforeTheReplyThatShowsItsChangeIsRight();
        tale.ask(1, 4, CHANGE);
        tale.happen(1, 4, CHANGE);
        Tale.breaks(WatchBeforeRead.class, () -> tale.tell(1, tale.zxid, Type.NODE_DATA_CHANGED, "/a"));
    }

    @Test
    void anEventOfSomethingElseIsSeen() {
        tale.ask(1, 3, CHANGE);
        tale.happen(1, 3, CHANGE);
        Tale.breaks(WatchBeforeRead.class, () -> tale.tell(1, tale.zxid, Type.NODE_DELETED, "/a"));
    }

    @Test
    void aMissedEventOfALastingWatchIsSeen() {
        tale.ask(1, 3, new Request.AddWatch("/", 1));
        tale.answer(1, 3, tale.zxid, ErrorCode.OK, out -> out.writeInt(0));
        anotherChange(4);
        tale.ask(1, 5, CHANGE);
        tale.happen(1, 5, CHANGE);
        Tale.breaks(WatchBeforeRead.class, () -> tale.answerWrite(1, 5, CHANGE));
    }

    private void anotherChange(int xid) {
        tale.ask(1, xid, CHANGE);
        tale.happen(1, xid, CHANGE);
        tale.tell(1, tale.zxid, Type.NODE_DATA_CHANGED, "/a");
        tale.answerWrite(1, xid, CHANGE);
    }

    @Test
    void aRenewedWatchIsOwedWhatWasMissed() {
        long seen = reattachAfterAChange();
        tale.ask(2, -8, new Request.SetWatches(seen, List.of("/a"), List.of(), List.of()));
        tale.tell(2, -1, Type.NODE_DATA_CHANGED, "/a");
        tale.answer(2, -8, tale.zxid, ErrorCode.OK, out -> {});
    }

    @Test
    void aRenewedWatchThatHidesWhatWasMissedIsSeen() {
        long seen = reattachAfterAChange();
        tale.ask(2, -8, new Request.SetWatches(seen, List.of("/a"), List.of(), List.of()));
        Tale.breaks(WatchBeforeRead.class, () -> tale.answer(2, -8, tale.zxid, ErrorCode.OK, out -> {}));
    }

    @Test
    void aRenewedWatchThatTellsOfWhatDidNotHappenIsSeen() {
        reattachAfterAChange();
        tale.ask(2, -8, new Request.SetWatches(tale.zxid, List.of("/a"), List.of(), List.of()));
        tale.tell(2, -1, Type.NODE_DATA_CHANGED, "/a");
        Tale.breaks(WatchBeforeRead.class, () -> tale.answer(2, -8, tale.zxid, ErrorCode.OK, out -> {}));
    }

    private long reattachAfterAChange() {
        long seen = tale.zxid;
        tale.ask(1, 3, CHANGE);
        tale.happen(1, 3, CHANGE);
        tale.hear(new Fact.HungUp(0, 1));
        tale.greet(2, Tale.SESSION, seen);
        tale.welcome(2, Tale.SESSION);
        return seen;
    }
}
