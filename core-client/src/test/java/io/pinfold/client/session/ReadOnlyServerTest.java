package io.pinfold.client.session;

import static io.pinfold.client.session.FakeWorld.SESSION;
import static io.pinfold.client.session.FakeWorld.T;
import static io.pinfold.client.session.FakeWorld.TIMEOUT_MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client makes of a server that answers reads only. */
class ReadOnlyServerTest {
    private static final long LOCAL = 0x99;

    private FakeWorld world = new FakeWorld(2, 1 << 20, null, true);

    private void attachReadOnly(long id) {
        world.connect();
        world.accept(id, TIMEOUT_MILLIS, true);
    }

    /** A server that answers pings, however long. */
    private void stay(long nanos) {
        for (long until = world.now + nanos; world.now < until; ) {
            world.pass(T / 12);
            for (int pings = world.open ? world.takePings() : 0; pings > 0; pings--) {
                world.pong();
            }
        }
    }

    @Test
    void isAskedForByThoseOnlyWhoWantIt() {
        world.start();
        world.connect();
        assertTrue(world.handshake.readOnly());

        FakeWorld other = new FakeWorld(1);
        other.start();
        other.connect();
        assertFalse(other.handshake.readOnly());
    }

    @Test
    void provesNothing() {
        world.start();
        attachReadOnly(LOCAL);
        stay(T / 4);

        assertEquals(List.of("new " + LOCAL + " 6000 read-only"), world.news);
        assertEquals(List.of(), world.proven);
    }

    @Test
    void isLeftForALookAroundLessAndLessOften() {
        world.start();
        attachReadOnly(LOCAL);
        long first = world.now;
        stay(T / 3);
        assertEquals(2, world.tried.size());
        assertTrue(world.now - first < T / 2);

        world.breakConnection();
        attachReadOnly(LOCAL + 1);
        stay(T / 2);
        assertEquals(3, world.tried.size());
        stay(T / 4);
        assertEquals(4, world.tried.size());
    }

    @Test
    void onlyOneInTheListIsNotLeft() {
        world = new FakeWorld(1, 1 << 20, null, true);
        world.start();
        attachReadOnly(LOCAL);
        stay(9 * T);

        assertEquals(1, world.tried.size());
    }

    @Test
    void sessionThatItMadeUpEndsWithTheConnection() {
        world.start();
        attachReadOnly(LOCAL);
        TestCall read = world.submit(TestCall.get("/a"));

        world.breakConnection();
        world.connect();
        assertEquals(0, world.handshake.sessionId());
        world.accept(SESSION, TIMEOUT_MILLIS);

        assertEquals(List.of("new " + LOCAL + " 6000 read-only", "suspended", "new " + SESSION + " 6000"), world.news);

        assertEquals(1, world.proven.size());
    }

    @Test
    void earlierSessionIsKept() {
        world = new FakeWorld(1, 1 << 20, null, true);
        world.start();
        world.attach();
        world.breakConnection();
        world.pass(T / 12);
        attachReadOnly(SESSION);
        stay(3 * T);
        world.breakConnection();
        world.pass(T / 12);
        world.connect();

        assertEquals(SESSION, world.handshake.sessionId());
        assertFalse(world.news.contains("expired"), world.news.toString());
    }
}
