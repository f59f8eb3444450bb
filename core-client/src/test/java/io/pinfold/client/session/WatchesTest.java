package io.pinfold.client.session;

import static io.pinfold.client.session.FakeWorld.T;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.session.WatchRequest.Kind;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Watches over replies, lost connections and ended sessions. */
class WatchesTest {
    private final List<String> events = new ArrayList<>();
    private final WatchTarget one = (type, path, zxid) -> events.add("one " + type + " " + path);
    private final WatchTarget two = (type, path, zxid) -> events.add("two " + type + " " + path);
    private int xid = 1;

    private FakeWorld world = FakeWorld.attached(2);

    private void watch(Kind kind, String path, WatchTarget target, int err) {
        world.submit(TestCall.get(path).watching(kind, target));
        world.reply(xid++, err);
        world.seen.clear();
    }

    private void reattach() {
        world.breakConnection();
        if (!world.open) {
            world.pass(25 * FakeWorld.MILLI);
        }
        world.attach();
    }

    @Test
    void watchesAreRenewedBeforeNewCallsWithTheLastZxid() {
        watch(Kind.DATA, "/data", one, 0);
        watch(Kind.EXISTS, "/here", one, 0);
        watch(Kind.EXISTS, "/absent", one, -101);
        watch(Kind.CHILDREN, "/children", one, 0);
        world.breakConnection();
        world.submit(TestCall.get("/new"));
        world.attach();

        assertEquals(
                new Request.SetWatches(104, List.of("/data", "/here"), List.of("/absent"), List.of("/children")),
                world.nextRequest(-8));
        assertEquals(new Request.GetData("/new", false), world.nextRequest(5));
    }

    @Test
    void lastingWatchesAreRenewedAndToldToReadAgainWhenTheServerConfirmed() {
        watch(Kind.PERSISTENT, "/p", one, 0);
        watch(Kind.RECURSIVE, "/r", two, -101);
        reattach();
        assertEquals(
                new Request.SetWatches2(102, List.of(), List.of(), List.of(), List.of("/p"), List.of("/r")),
                world.nextRequest(-8));
        assertEquals(List.of(), events);

        world.reply(-8, 0);

        assertEquals(List.of("one RESYNC /p", "two RESYNC /r"), events);
    }

    @Test
    void missedEventsArriveOnTheNewConnection() {
        watch(Kind.DATA, "/data", one, 0);
        reattach();

        world.event(3, "/data");
        world.reply(-8, 0);
        world.event(3, "/data");

        assertEquals(List.of("one NODE_DATA_CHANGED /data"), events);
    }

    @Test
    void watchOfACallThatWasLostIsNotRenewed() {
        world.submit(TestCall.get("/data").watching(Kind.DATA, one));
        world.seen.clear();

        reattach();

        assertTrue(world.seen.isEmpty());
    }

    @Test
    void readThatFailedSetsNoWatch() {
        watch(Kind.DATA, "/data", one, -101);
        watch(Kind.CHILDREN, "/data", one, -101);
        watch(Kind.EXISTS, "/secret", one, -102);

        reattach();

        assertTrue(world.seen.isEmpty());
    }

    @Test
    void cancelledCallIsNotToldOfEvents() {
        TestCall call = TestCall.get("/data").watching(Kind.DATA, one);
        world.submit(call);
        call.cancelled = true;

        world.reply(xid++, 0);
        world.event(3, "/data");

        assertEquals(List.of(), events);
    }

    @Test
    void largeSetsAreRenewedInPiecesAServerAccepts() {
        String longName = "x".repeat(1000);
        int count = 500;
        for (int i = 0; i < count; i++) {
            watch(i % 2 == 0 ? Kind.DATA : Kind.RECURSIVE, "/" + longName + i, one, 0);
        }

        reattach();

        int batches = world.seen.size();
        assertTrue(batches >= 4, batches + " batches");
        int paths = 0;
        for (FakeWorld.Seen seen : world.seen) {
            JuteWriter out = new JuteWriter();
            seen.request().write(out);
            assertTrue(out.size() <= (128 << 10) + 64, "a batch of " + out.size() + " bytes");
            if (seen.request() instanceof Request.SetWatches old) {
                paths += old.data().size();
            } else if (seen.request() instanceof Request.SetWatches2 newer) {
                paths += newer.data().size() + newer.persistentRecursive().size();
            }
        }
        assertEquals(count, paths);
        for (int i = 0; i < batches; i++) {
            world.reply(-8, 0);
        }
        assertEquals(count / 2, events.size());
    }

    @Test
    void endOfTheSessionEndsOneShotWatchesAndKeepsLastingOnes() {
        watch(Kind.DATA, "/data", one, 0);
        watch(Kind.CHILDREN, "/data", one, 0);
        watch(Kind.PERSISTENT, "/p", two, 0);
        world.breakConnection();

        world.refuse();
        assertEquals(List.of("one WATCH_LOST /data"), events);
        world.attach(99, FakeWorld.TIMEOUT_MILLIS);

        assertEquals(
                new Request.SetWatches2(0, List.of(), List.of(), List.of(), List.of("/p"), List.of()),
                world.nextRequest(-8));
        world.reply(-8, 0);
        assertEquals(List.of("one WATCH_LOST /data", "two RESYNC /p"), events);
    }

    @Test
    void closingEndsAllWatches() {
        watch(Kind.DATA, "/data", one, 0);
        watch(Kind.RECURSIVE, "/r", two, 0);

        world.input(session -> session.close(world.now, world.now + T));
        world.reply(xid, 0);

        assertEquals(List.of("one WATCH_LOST /data", "two WATCH_LOST /r"), events);
    }

    @Test
    void serverThatRefusesLastingWatchesLosesThemOnce() {
        watch(Kind.PERSISTENT, "/p", one, 0);
        reattach();
        world.seen.clear();

        world.reply(-8, -6);
        reattach();

        assertEquals(List.of("one WATCH_LOST /p"), events);
        assertTrue(world.seen.isEmpty());
    }

    @Test
    void watchIsTakenOffTheServerOnlyWhenNobodyElseNeedsItOrIsAboutTo() {
        watch(Kind.PERSISTENT, "/p", one, 0);
        watch(Kind.PERSISTENT, "/p", two, 0);
        assertEquals(List.of(), world.session.removeLasting(new WatchRequest(Kind.PERSISTENT, "/p", one)));
        TestCall third = TestCall.get("/p").watching(Kind.PERSISTENT, one);
        world.submit(third);

        assertEquals(List.of(), world.session.removeLasting(new WatchRequest(Kind.PERSISTENT, "/p", two)));
        world.reply(xid++, 0);

        assertEquals(
                List.of(new Request.RemoveWatches("/p", 4)),
                world.session.removeLasting(new WatchRequest(Kind.PERSISTENT, "/p", one)));
    }

    @Test
    void oneShotWatchesAreTakenOffTheServerByKind() {
        watch(Kind.DATA, "/a", one, 0);
        watch(Kind.EXISTS, "/a", two, 0);
        watch(Kind.CHILDREN, "/a", one, 0);

        assertEquals(List.of(new Request.RemoveWatches("/a", 1)), world.session.removeOneShot("/a", one));
        assertEquals(List.of(new Request.RemoveWatches("/a", 2)), world.session.removeOneShot("/a", two));
        assertEquals(List.of(), world.session.removeOneShot("/a", two));
        world.event(2, "/a");
        assertEquals(List.of(), events);
    }

    @Test
    void unknownEventsOfServersToComeAreIgnored() {
        watch(Kind.DATA, "/data", one, 0);

        world.event(77, "/data");

        assertEquals(List.of(), events);
        assertEquals(List.of(), world.news);
    }
}
