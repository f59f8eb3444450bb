package io.pinfold.client.session;

import static io.pinfold.client.session.FakeWorld.MILLI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls and replies: order, what becomes of calls when connections break, and when time runs out. */
class RequestsInOrderTest {
    private final List<String> fate = new ArrayList<>();

    @Test
    void callsMadeBeforeTheConnectionGoOutInOneWriteBehindTheHandshake() {
        FakeWorld world = new FakeWorld(1);
        world.start();
        world.submit(TestCall.get("/a"));
        world.submit(TestCall.get("/b"));
        world.connect();
        assertTrue(world.seen.isEmpty());
        int before = world.sends;

        world.accept(FakeWorld.SESSION, FakeWorld.TIMEOUT_MILLIS);

        assertEquals(before + 1, world.sends);
        assertEquals("/a", world.nextRequest(1) instanceof io.pinfold.wire.Request.GetData get ? get.path() : "?");
        assertEquals("/b", world.nextRequest(2) instanceof io.pinfold.wire.Request.GetData get ? get.path() : "?");
    }

    @Test
    void repliesGoToTheCallsInTheirOrder() {
        FakeWorld world = FakeWorld.attached(1);
        world.submit(TestCall.get("/a", fate));
        world.submit(TestCall.get("/b", fate));

        world.reply(1, 0);
        world.reply(2, -101);

        assertEquals(List.of("/a 0", "/b -101"), fate);
    }

    @Test
    void replyOutOfOrderDropsTheConnection() {
        FakeWorld world = FakeWorld.attached(2);
        world.submit(TestCall.get("/a", fate));
        world.submit(TestCall.get("/b", fate));

        world.reply(2, 0);

        assertEquals(List.of("suspended"), world.news);
        assertEquals(List.of("/a CONNECTION SENT", "/b CONNECTION SENT"), fate);
    }

    @Test
    void replyNobodyAskedForDropsTheConnection() {
        FakeWorld world = FakeWorld.attached(2);

        world.reply(1, 0);

        assertEquals(List.of("suspended"), world.news);
    }

    @Test
    void pongNobodyAskedForDropsTheConnection() {
        FakeWorld world = FakeWorld.attached(2);

        world.pong();

        assertEquals(List.of("suspended"), world.news);
    }

    @Test
    void replyThatCannotBeReadLosesItsCallAndTheConnection() {
        FakeWorld world = FakeWorld.attached(2);
        TestCall call = TestCall.get("/a", fate);
        call.readsALong = true;
        world.submit(call);

        world.reply(1, 0);

        assertEquals(List.of("/a CONNECTION SENT"), fate);
        assertEquals(List.of("suspended"), world.news);
    }

    @Test
    void frameLongerThanAllowedDropsTheConnection() {
        FakeWorld world = new FakeWorld(2, 1024);
        world.start();
        world.attach();
        world.news.clear();

        world.deliver(new byte[] {0, 0, 4, 1});

        assertEquals(List.of("suspended"), world.news);
    }

    @Test
    void bytesMayArriveInAnyPieces() {
        for (int cut = 1; cut < 40; cut++) {
            fate.clear();
            FakeWorld world = FakeWorld.attached(1);
            world.submit(TestCall.get("/a", fate));
            world.submit(TestCall.get("/b", fate));
            byte[] first = FakeWorld.frame(1, 5, 0, out -> {});
            byte[] second = FakeWorld.frame(2, 6, 0, out -> {});
            byte[] all = new byte[first.length + second.length];
            System.arraycopy(first, 0, all, 0, first.length);
            System.arraycopy(second, 0, all, first.length, second.length);

            world.deliver(java.util.Arrays.copyOfRange(all, 0, cut));
            world.deliver(java.util.Arrays.copyOfRange(all, cut, all.length));

            assertEquals(List.of("/a 0", "/b 0"), fate, "cut at " + cut);
        }
    }

    @Test
    void brokenConnectionLosesWhatWasSentAndKeepsTheRest() {
        FakeWorld world = FakeWorld.attached(2);
        world.submit(TestCall.get("/sent", fate));
        world.session.submit(TestCall.get("/unsent", fate)); // no flush: the loop's turn is not over

        world.breakConnection();
        assertEquals(List.of("/sent CONNECTION SENT"), fate);
        world.seen.clear();
        world.attach();

        assertEquals(1, world.seen.size());
        world.reply(2, 0);
        assertEquals("/unsent 0", fate.get(1));
    }

    @Test
    void callThatIsTriedAgainGoesOutAfterItsDelay() {
        FakeWorld world = FakeWorld.attached(2);
        world.breakConnection();
        world.attach();
        world.input(session -> session.resubmit(TestCall.get("/again", fate), world.now + 30 * MILLI));

        world.pass(29 * MILLI);
        assertTrue(world.seen.isEmpty());
        world.pass(2 * MILLI);

        assertEquals(1, world.seen.size());
    }

    @Test
    void expiryLosesEverythingAndNothingIsCarriedIntoTheNextSession() {
        FakeWorld world = FakeWorld.attached(2);
        world.breakConnection();
        world.submit(TestCall.get("/waiting", fate));
        world.input(session -> session.resubmit(TestCall.get("/again", fate), world.now + 30 * MILLI));

        world.refuse();
        world.attach(99, FakeWorld.TIMEOUT_MILLIS);
        world.pass(100 * MILLI);

        assertEquals(List.of("/waiting SESSION NOT_SENT", "/again SESSION NOT_SENT"), fate);
        assertTrue(world.seen.isEmpty());
        assertEquals(1, world.session.sessionNumber());
    }

    @Test
    void deadlineEndsACallWhetherItWasSentOrNot() {
        FakeWorld world = FakeWorld.attached(1);
        world.submit(TestCall.get("/sent", fate).until(world.now + 100 * MILLI));
        world.breakConnection();
        fate.clear();
        world.submit(TestCall.get("/waiting", fate).until(world.now + 100 * MILLI));

        world.pass(99 * MILLI);
        assertEquals(List.of(), fate);
        world.pass(2 * MILLI);

        assertEquals(List.of("/waiting DEADLINE NOT_SENT"), fate);
    }

    @Test
    void lateAnswerToACallThatGaveUpDoesNotDisturbTheOthers() {
        FakeWorld world = FakeWorld.attached(1);
        world.submit(TestCall.get("/slow", fate).until(world.now + 100 * MILLI));
        world.pass(200 * MILLI);
        world.submit(TestCall.get("/b", fate));

        world.reply(1, 0);
        world.reply(2, 0);

        assertEquals(List.of("/slow DEADLINE SENT", "/b 0"), fate);
    }

    @Test
    void earlierDeadlinesBehindLaterOnesAreKept() {
        FakeWorld world = FakeWorld.attached(1);
        world.submit(TestCall.get("/late", fate).until(world.now + 300 * MILLI));
        world.submit(TestCall.get("/early", fate).until(world.now + 100 * MILLI));
        world.submit(TestCall.get("/never", fate));

        world.pass(150 * MILLI);
        assertEquals(List.of("/early DEADLINE SENT"), fate);
        world.pass(200 * MILLI);

        assertEquals(List.of("/early DEADLINE SENT", "/late DEADLINE SENT"), fate);
    }

    @Test
    void cancelledCallIsNotSent() {
        FakeWorld world = new FakeWorld(1);
        world.start();
        TestCall call = world.submit(TestCall.get("/a"));
        call.cancelled = true;

        world.attach();

        assertTrue(world.seen.isEmpty());
    }

    @Test
    void callsThatDoNotWantToWaitAreLostWhenAWholeRoundFailed() {
        FakeWorld world = new FakeWorld(2);
        world.start();
        TestCall impatient = TestCall.get("/impatient", fate);
        impatient.keepsWaiting = false;
        world.submit(impatient);
        world.submit(TestCall.get("/patient", fate));

        world.breakConnection();
        assertEquals(List.of(), fate);
        world.breakConnection();

        assertEquals(List.of("/impatient CONNECTION NOT_SENT"), fate);
    }

    @Test
    void numberOfCallsUnderWayIsBounded() {
        FakeWorld world = FakeWorld.attached(1);
        int extra = 10;
        for (int i = 0; i < PendingRequests.MAX_UNDER_WAY + extra; i++) {
            world.session.submit(TestCall.get("/a", fate));
        }
        world.session.flush();
        assertEquals(PendingRequests.MAX_UNDER_WAY, world.seen.size());

        for (int xid = 1; xid <= extra; xid++) {
            world.reply(xid, 0);
        }

        assertEquals(PendingRequests.MAX_UNDER_WAY + extra, world.seen.size());
        assertFalse(fate.isEmpty());
    }

    @Test
    void credentialsGoOutBeforeCallsOnEachConnectionAndMayBeAnsweredOutOfTurn() {
        FakeWorld world = FakeWorld.attached(2);
        TestCall credentials =
                new TestCall("auth", new io.pinfold.wire.Request.Auth(0, "digest", new byte[] {1}), fate);
        world.submit(TestCall.get("/a", fate));
        world.input(session -> session.authenticate(credentials));
        world.seen.clear();

        world.reply(-4, 0, 0, out -> {});
        world.breakConnection();
        world.submit(TestCall.get("/b", fate));
        world.attach();

        assertEquals(List.of("auth 0", "/a CONNECTION SENT"), fate);
        assertEquals(-4, world.next().xid());
        assertEquals(2, world.next().xid());
    }

    @Test
    void refusedCredentialsEndEverything() {
        FakeWorld world = FakeWorld.attached(2);
        TestCall credentials =
                new TestCall("auth", new io.pinfold.wire.Request.Auth(0, "digest", new byte[] {1}), fate);
        world.submit(TestCall.get("/a", fate));
        world.input(session -> session.authenticate(credentials));

        world.reply(-4, 0, -115, out -> {});
        world.submit(TestCall.get("/late", fate));

        assertEquals(List.of("ended AUTH"), world.news);
        assertEquals(List.of("/a AUTH SENT", "auth AUTH NOT_SENT", "/late AUTH NOT_SENT"), fate);
        assertFalse(world.open);
    }
}
