package io.pinfold.client.session;

import static io.pinfold.client.session.FakeWorld.MILLI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a client ends. */
class ClosingTest {
    private final List<String> fate = new ArrayList<>();

    private static void close(FakeWorld world) {
        world.input(session -> session.close(world.now, world.now + 2000 * MILLI));
    }

    @Test
    void attachedSessionIsClosedBehindTheCallsUnderWay() {
        FakeWorld world = FakeWorld.attached(1);
        world.submit(TestCall.get("/a", fate));

        close(world);
        assertEquals(new Request.GetData("/a", false), world.nextRequest(1));
        assertEquals(Request.CloseSession.INSTANCE, world.nextRequest(2));
        world.reply(1, 0);
        world.reply(2, 0);

        assertEquals(List.of("/a 0"), fate);
        assertEquals(List.of("ended CLOSED"), world.news);
        assertFalse(world.open);
    }

    @Test
    void callsAfterTheCloseAreRefused() {
        FakeWorld world = FakeWorld.attached(1);
        close(world);

        world.submit(TestCall.get("/a", fate));

        assertEquals(List.of("/a CLOSED NOT_SENT"), fate);
    }

    @Test
    void clientWithoutASessionEndsAtOnce() {
        FakeWorld world = new FakeWorld(1);
        world.start();
        world.submit(TestCall.get("/a", fate));

        close(world);

        assertEquals(List.of("/a CLOSED NOT_SENT"), fate);
        assertEquals(List.of("ended CLOSED"), world.news);
        assertFalse(world.open);
    }

    @Test
    void sessionThatIsSuspendedIsAttachedOnceMoreToBeClosed() {
        FakeWorld world = FakeWorld.attached(1);
        world.breakConnection();
        close(world);

        world.attach();

        assertEquals(Request.CloseSession.INSTANCE, world.nextRequest(1));
        world.reply(1, 0);
        assertEquals("ended CLOSED", world.news.get(world.news.size() - 1));
    }

    @Test
    void closeGivesUpWhenNoServerCanBeReached() {
        FakeWorld world = FakeWorld.attached(2);
        world.breakConnection();
        close(world);

        world.breakConnection();

        assertEquals("ended CLOSED", world.news.get(world.news.size() - 1));
    }

    @Test
    void closeGivesUpAtItsDeadline() {
        FakeWorld world = FakeWorld.attached(1);
        world.submit(TestCall.get("/a", fate));
        close(world);

        world.pass(1999 * MILLI);
        assertEquals(List.of(), world.news);
        world.pass(MILLI);

        assertEquals(List.of("ended CLOSED"), world.news);
        assertEquals(List.of("/a CLOSED SENT"), fate);
        assertEquals(Long.MAX_VALUE, world.session.wakeAtNanos());
    }

    @Test
    void closingTwiceIsClosingOnce() {
        FakeWorld world = FakeWorld.attached(1);
        close(world);
        close(world);
        world.reply(1, 0);
        close(world);

        assertEquals(List.of("ended CLOSED"), world.news);
        assertTrue(world.next().request() instanceof Request.CloseSession);
        assertTrue(world.seen.isEmpty());
    }
}
