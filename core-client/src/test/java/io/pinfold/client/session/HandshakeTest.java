package io.pinfold.client.session;

import static io.pinfold.client.session.FakeWorld.PASSWORD;
import static io.pinfold.client.session.FakeWorld.SESSION;
import static io.pinfold.client.session.FakeWorld.TIMEOUT_MILLIS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.JuteWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a session begins and is taken up again. */
class HandshakeTest {

    @Test
    void newSessionIsAskedForWithoutIdAndWithTheReadOnlyFlag() {
        FakeWorld world = new FakeWorld(1);

        world.start();
        world.connect();

        assertEquals(0, world.handshake.sessionId());
        assertEquals(TIMEOUT_MILLIS, world.handshake.timeoutMillis());
        assertArrayEquals(new byte[16], world.handshake.password());
        assertTrue(world.handshake.hasReadOnlyFlag());
        assertEquals(List.of(), world.news);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answersOf37And36BytesAreBothUnderstood(boolean withFlag) {
        FakeWorld world = new FakeWorld(1);
        world.start();
        world.connect();
        JuteWriter out = new JuteWriter();
        int frame = out.beginFrame();
        new ConnectResponse(0, 4000, SESSION, PASSWORD, false, withFlag).write(out);
        out.endFrame(frame);
        assertEquals(withFlag ? 41 : 40, out.size());

        world.deliver(out.toByteArray());

        assertEquals(List.of("new " + SESSION + " 4000"), world.news);
    }

    @Test
    void sessionIsTakenUpAgainWithIdPasswordAndLastZxid() {
        FakeWorld world = FakeWorld.attached(1);
        world.submit(TestCall.get("/a"));
        world.reply(1, 4711, -101, out -> {});

        world.breakConnection();
        world.pass(1_000_000_000L / 20);
        world.connect();

        assertEquals(SESSION, world.handshake.sessionId());
        assertArrayEquals(PASSWORD, world.handshake.password());
        assertEquals(4711, world.handshake.lastZxidSeen());
        world.accept(SESSION, 5000);
        assertEquals(List.of("suspended", "again " + SESSION + " 5000"), world.news);
    }

    @Test
    void eventsDoNotCountAsTheLastZxid() {
        FakeWorld world = FakeWorld.attached(2);
        world.submit(TestCall.get("/a"));
        world.reply(1, 7, 0, out -> {});

        world.event(3, "/a");
        world.breakConnection();
        world.connect();

        assertEquals(7, world.handshake.lastZxidSeen());
    }

    @Test
    void serverThatSaysTheSessionIsOverEndsItAndANewOneIsOpened() {
        FakeWorld world = FakeWorld.attached(2);
        world.submit(TestCall.get("/a"));
        world.reply(1, 7, 0, out -> {});
        world.breakConnection();

        world.refuse();
        world.connect();

        assertEquals(0, world.handshake.sessionId());
        assertEquals(0, world.handshake.lastZxidSeen());
        world.accept(SESSION + 1, TIMEOUT_MILLIS);
        assertEquals(List.of("suspended", "expired", "new " + (SESSION + 1) + " " + TIMEOUT_MILLIS), world.news);
    }

    @Test
    void anotherSessionThanOursMeansThatOursIsOver() {
        FakeWorld world = FakeWorld.attached(2);
        world.breakConnection();

        world.attach(SESSION + 5, TIMEOUT_MILLIS);

        assertEquals(List.of("suspended", "expired"), world.news);
    }

    @Test
    void refusedNewSessionIsTriedElsewhere() {
        FakeWorld world = new FakeWorld(2);
        world.start();

        world.refuse();

        assertEquals(List.of("unreachable"), world.news);
        assertEquals(2, world.tried.size());
    }

    @Test
    void garbageInsteadOfAHandshakeDropsTheConnection() {
        FakeWorld world = new FakeWorld(2);
        world.start();
        world.connect();

        world.deliver("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

        assertEquals(List.of("unreachable"), world.news);
        assertEquals(2, world.tried.size());
    }

    @Test
    void answersOfAnEarlierConnectionAreIgnored() {
        FakeWorld world = new FakeWorld(2);
        world.start();
        world.connect();
        int first = world.connection;
        world.breakConnection();
        world.connect();

        world.input(session -> session.disconnected(first, world.now, "late news"));
        world.input(session -> session.connected(first, world.now));

        assertTrue(world.open);
        assertFalse(world.news.contains("suspended"));
        world.accept(SESSION, TIMEOUT_MILLIS);
        assertEquals("new " + SESSION + " " + TIMEOUT_MILLIS, world.news.get(world.news.size() - 1));
    }
}
