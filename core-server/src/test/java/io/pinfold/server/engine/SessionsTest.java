package io.pinfold.server.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.server.engine.EngineHarness.Client;
import io.pinfold.wire.ConnectResponse;
import io.pinfold.wire.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final EngineHarness rim = new EngineHarness();

    @Test
    void theHandshakeIsAnsweredOnlyWhenTheSessionIsDurable() {
        Client client = rim.connect();
        client.greet(0, 0, new byte[16], 5000);

        rim.turn();

        assertEquals(1, rim.log.size());
        rim.settle();
        assertEquals(5000, client.welcome().timeoutMillis());
    }

    @Test
    void timeoutsAreBroughtIntoTheServersRange() {
        assertEquals(EngineHarness.MIN_SESSION, rim.session(-1).timeoutMillis);
        assertEquals(EngineHarness.MAX_SESSION, rim.session(Integer.MAX_VALUE).timeoutMillis);
        assertEquals(7000, rim.session(7000).timeoutMillis);
    }

    @Test
    void requestsMayFollowTheHandshakeWithoutWaitingForItsAnswer() {
        Client client = rim.connect();
        client.greet(0, 0, new byte[16], 5000);
        client.create("/a", CreateMode.EPHEMERAL);
        client.send(new Request.Exists("/a", false));

        rim.settle();

        client.welcome();
        assertEquals(List.of("1 0", "2 0"), client.received());
        assertEquals(client.sessionId, rim.tree.get("/a").ephemeralOwner());
    }

    @Test
    void aClientThatIsNotReadBecauseOfALimitKeepsItsSession() {
        Client client = rim.session(EngineHarness.MIN_SESSION);
        for (int i = 0; i < 10; i++) {
            client.create("/a" + i);
        }
        assertFalse(client.reading);
        for (int second = 1; second <= 20; second++) {
            rim.at(second * 1000L);
            rim.turn();
        }
        rim.settle();

        assertEquals("", client.closedBecause);
        assertTrue(client.reading);
        assertEquals(10, client.received().size());
    }

    @Test
    void aClientThatReadsALongReplyKeepsItsSession() {
        Client client = rim.session(EngineHarness.MIN_SESSION);
        for (int second = 1; second <= 20; second++) {
            rim.at(second * 1000L);
            rim.engine.onProgress(client.connection);
            rim.settle();
        }

        assertEquals("", client.closedBecause);
        rim.at(24_000);
        rim.settle();
        assertFalse(client.closedBecause.isEmpty());
    }

    @Test
    void aSessionMovesToANewConnectionAndTheOldOneIsClosed() {
        Client old = rim.session();
        Client moved = rim.connect();

        moved.greet(0, old.sessionId, old.password, 4000);
        rim.turn();

        assertEquals(4000, moved.welcome().timeoutMillis());
        assertEquals(old.sessionId, moved.sessionId);
        assertFalse(old.closedBecause.isEmpty());
        old.create("/from-the-grave");
        rim.settle();
        assertNull(rim.tree.get("/from-the-grave"));
    }

    @Test
    void aWrongPasswordLooksLikeAnUnknownSessionAndDisturbsNobody() {
        Client owner = rim.session();
        Client thief = rim.connect();
        Client lost = rim.connect();

        thief.greet(0, owner.sessionId, new byte[16], 4000);
        lost.greet(0, 4711, new byte[16], 4000);
        rim.turn();

        ConnectResponse refused = thief.welcome();
        assertEquals(0, refused.sessionId());
        assertEquals(0, refused.timeoutMillis());
        assertArrayEquals(new byte[16], refused.password());
        assertEquals(0, lost.welcome().sessionId());
        assertFalse(thief.closedBecause.isEmpty());
        assertEquals("", owner.closedBecause);
    }

    @Test
    void whoWantsASessionTooManyHasToTryAgain() {
        EngineHarness small = new EngineHarness(new io.pinfold.server.tree.DataTree(), 1, EngineHarness.options(1));
        Client first = small.session();
        Client second = small.connect();
        second.greet(0, 0, new byte[16], 4000);
        small.settle();
        assertEquals("there are 1 sessions, and no more fit", second.closedBecause);
        assertTrue(second.received().isEmpty(), "a client that is told nothing tries again");

        Client again = small.connect();
        again.greet(0, first.sessionId, first.password, 4000);
        small.settle();
        assertEquals(first.sessionId, again.welcome().sessionId());
        again.send(new Request.CloseSession());
        small.settle();
        assertNotEquals(0, small.session().sessionId);
    }

    @Test
    void passwordsCannotBeReadOffTheSessionId() {
        Client first = rim.session();
        EngineOptions otherKey = new EngineOptions(
                1,
                "another key of thirty-two bytes!".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                EngineHarness.TICK,
                EngineHarness.MIN_SESSION,
                EngineHarness.MAX_SESSION,
                1000,
                10,
                1 << 20,
                1 << 24,
                100,
                0);
        Client same = new EngineHarness(new io.pinfold.server.tree.DataTree(), 1, otherKey).session();

        assertEquals(first.sessionId, same.sessionId);
        assertFalse(java.util.Arrays.equals(first.password, same.password));
    }

    @Test
    void aClientThatSawNewerChangesIsSentAwayInSilence() {
        Client client = rim.connect();
        client.greet(Long.MAX_VALUE, 0, new byte[16], 4000);

        rim.settle();

        assertEquals(List.of(), client.received());
        assertFalse(client.closedBecause.isEmpty());
        assertEquals(0, rim.log.size());
    }

    @Test
    void aSilentSessionEndsBetweenItsTimeoutAndOneTickLater() {
        rim.at(10_500);
        Client silent = rim.session(2000);
        silent.create("/e", CreateMode.EPHEMERAL);
        rim.settle();
        silent.received();

        rim.at(12_500);
        rim.settle();
        assertNotNull(rim.tree.get("/e"));
        rim.at(13_500);
        rim.settle();

        assertNull(rim.tree.get("/e"));
        assertFalse(silent.closedBecause.isEmpty());
        assertEquals(List.of(), silent.received());
    }

    @Test
    void anyFrameKeepsTheSession() {
        Client alive = rim.session(2000);
        for (int second = 1; second < 20; second++) {
            rim.at(second * 1000L);
            alive.send(new Request.Ping());
            rim.settle();
        }

        assertEquals("", alive.closedBecause);
        assertEquals(19, alive.received().size());
    }

    @Test
    void aLostConnectionDoesNotEndTheSession() {
        Client client = rim.session(4000);
        client.create("/e", CreateMode.EPHEMERAL);
        rim.settle();
        client.disconnect();

        rim.at(3000);
        rim.settle();
        assertNotNull(rim.tree.get("/e"));

        rim.at(5001);
        rim.settle();
        assertNull(rim.tree.get("/e"));
    }

    @Test
    void allEphemeralsGoInOneTransaction() {
        Client client = rim.session(2000);
        for (int i = 0; i < 5; i++) {
            client.create("/e" + i, CreateMode.EPHEMERAL);
        }
        rim.settle();
        int before = rim.log.size();

        rim.engine.expireSession(client.sessionId);
        rim.settle();

        assertEquals(before + 1, rim.log.size());
        assertNull(rim.tree.get("/e0"));
        assertNull(rim.tree.get("/e4"));
    }

    @Test
    void requestsBehindTheEndOfASessionAreRefused() {
        Client client = rim.session(2000);
        rim.engine.expireSession(client.sessionId);
        client.create("/late", CreateMode.EPHEMERAL);

        rim.settle();

        assertNull(rim.tree.get("/late"));
        assertFalse(client.closedBecause.isEmpty());
    }

    @Test
    void closingASessionIsAnsweredAndThenTheConnectionCloses() {
        Client client = rim.session();
        client.create("/e", CreateMode.EPHEMERAL);
        client.send(new Request.CloseSession());

        rim.settle();

        assertEquals(List.of("1 0", "2 0"), client.received());
        assertFalse(client.closedBecause.isEmpty());
        assertNull(rim.tree.get("/e"));
        Client again = rim.connect();
        again.greet(0, client.sessionId, client.password, 4000);
        rim.turn();
        assertEquals(0, again.welcome().sessionId());
    }

    @Test
    void aRestartedServerGivesEverySessionAFullTimeout() {
        Client client = rim.session(4000);
        client.create("/e", CreateMode.EPHEMERAL);
        rim.settle();

        EngineHarness restarted = new EngineHarness(rim.tree, 2, EngineHarness.options());
        restarted.at(3999);
        restarted.settle();
        assertNotNull(restarted.tree.get("/e"));
        Client again = restarted.connect();
        again.greet(0, client.sessionId, client.password, 4000);
        restarted.turn();
        assertEquals(client.sessionId, again.welcome().sessionId());

        restarted.at(10_000);
        restarted.settle();
        assertNull(restarted.tree.get("/e"));
    }

    @Test
    void sessionIdsDoNotRepeatAfterARestart() {
        Client first = rim.session();
        EngineHarness restarted = new EngineHarness(rim.tree, 2, EngineHarness.options());

        Client second = restarted.session();

        assertNotEquals(first.sessionId, second.sessionId);
        assertEquals(1, second.sessionId >>> 56);
    }

    @Test
    void whoNeverSaysAnythingIsDisconnected() {
        Client mute = rim.connect();
        Client talking = rim.session();

        rim.at(9_999);
        rim.turn();
        assertEquals("", mute.closedBecause);
        rim.at(10_000);
        rim.turn();

        assertFalse(mute.closedBecause.isEmpty());
        assertEquals("", talking.closedBecause);
        assertTrue(talking.reading);
    }

    @Test
    void aMovedSessionsReadsStandBehindItsOwnEarlierWrites() {
        Client old = rim.session();
        old.create("/a");
        Client moved = rim.connect();
        moved.greet(0, old.sessionId, old.password, 4000);
        moved.send(new Request.Exists("/a", false));

        rim.turn();

        moved.welcome();
        assertEquals(List.of(), moved.received());
        rim.settle();
        assertEquals(List.of("1 0"), moved.received());
    }

    @Test
    void nothingIsAnsweredToASessionWhoseEndIsDecided() {
        Client late = rim.session(2000);
        rim.engine.expireSession(late.sessionId);
        late.send(new Request.Ping());

        rim.turn();

        assertEquals(List.of(), late.received());
        assertFalse(late.closedBecause.isEmpty());
    }
}
