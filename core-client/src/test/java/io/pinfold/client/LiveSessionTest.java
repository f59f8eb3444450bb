package io.pinfold.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.session.ServerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a session says of itself. */
class LiveSessionTest {
    private static final long SECOND = 1_000_000_000;
    private final VirtualHost clock = new VirtualHost();

    private LiveSession session(int timeoutSeconds, @Nullable Duration margin) {
        LiveSession session = new LiveSession(clock, 7, timeoutSeconds * SECOND, margin);
        session.attached(clock.now, timeoutSeconds * SECOND, SessionState.CONNECTED);
        session.proven(proof());
        return session;
    }

    private LiveSession.Proof proof() {
        return new LiveSession.Proof(clock.now, clock.wallMillis());
    }

    @ParameterizedTest
    @CsvSource({"30, 10000", "60, 20000", "6, 2000", "3, 1000", "2, 1000", "1, 500"})
    void marginIsAThirdOrASecondButAtMostHalf(int timeoutSeconds, long marginMillis) {
        assertEquals(
                Duration.ofSeconds(timeoutSeconds).minusMillis(marginMillis),
                session(timeoutSeconds, null).remaining());
    }

    @Test
    void marginMayBeChosen() {
        assertEquals(Duration.ofSeconds(29), session(30, Duration.ofSeconds(1)).remaining());
    }

    @ParameterizedTest
    @CsvSource({"PT15.1S", "PT40S", "PT2562047788015H"})
    void marginOfMoreThanHalfIsCutSoThatPlacesCanBeHeld(Duration margin) {
        LiveSession session = session(30, margin);

        assertEquals(Duration.ofSeconds(15), session.remaining());
        assertTrue(session.cutsMargin());
        assertFalse(session(30, Duration.ofSeconds(15)).cutsMargin());
        assertFalse(session(30, null).cutsMargin());
    }

    @Test
    void remainingTimeCountsFromTheProofAndEndsAtZero() {
        LiveSession session = session(30, null);
        clock.now += 5 * SECOND;
        assertEquals(Duration.ofSeconds(15), session.remaining());

        session.proven(new LiveSession.Proof(clock.now - SECOND, clock.wallMillis() - 1000));
        assertEquals(Duration.ofSeconds(19), session.remaining());

        clock.now += 25 * SECOND;
        assertEquals(Duration.ZERO, session.remaining());
    }

    @Test
    void machineThatStoodStillLongerThanTheMarginHasNoTimeLeft() {
        LiveSession session = session(30, null);

        clock.wallAheadMillis += 10_000;
        assertEquals(Duration.ofSeconds(20), session.remaining());
        clock.wallAheadMillis += 1;
        assertEquals(Duration.ZERO, session.remaining());

        session.proven(proof());
        assertEquals(Duration.ofSeconds(20), session.remaining());
    }

    @Test
    void wallClockThatIsSetBackChangesNothing() {
        LiveSession session = session(30, null);

        clock.wallAheadMillis -= 3_600_000;
        clock.now += SECOND;

        assertEquals(Duration.ofSeconds(19), session.remaining());
    }

    @Test
    void clocksNeedNotAgreeExactlyWithoutAMargin() {
        LiveSession session = session(30, Duration.ZERO);

        clock.wallAheadMillis += 100;
        assertEquals(Duration.ofSeconds(30), session.remaining());
        clock.wallAheadMillis += 1;
        assertEquals(Duration.ZERO, session.remaining());
    }

    @Test
    void answerToWhatWasAskedBeforeTheMachineStoodStillProvesNothing() {
        SessionNews news = new SessionNews(VirtualClient.builder().settings(), clock, ClientObserver.NONE);
        news.asked(clock.now);
        news.attached(new ServerAddress("server", 2181), 7, 6000, true, false);
        news.proven(clock.now);
        assertEquals(Duration.ofSeconds(4), news.current().remaining());

        clock.now += SECOND;
        news.asked(clock.now);
        clock.wallAheadMillis += 60_000;
        news.proven(clock.now);
        assertEquals(Duration.ZERO, news.current().remaining());

        clock.now += SECOND;
        news.asked(clock.now);
        news.proven(clock.now);
        assertEquals(Duration.ofSeconds(4), news.current().remaining());
    }

    @Test
    void nextPingTellsWhetherTheSessionOutlivedTheStandstill() {
        VirtualClient client = new VirtualClient(VirtualClient.builder());
        Session session = client.core.currentSession();

        client.host.wallAheadMillis += 60_000;
        assertEquals(Duration.ZERO, session.remaining());
        client.host.pass(SECOND);

        assertEquals(Duration.ofSeconds(4), session.remaining());
        client.cut();
        client.host.pass(30 * SECOND);
        assertTrue(session.remaining().compareTo(Duration.ofSeconds(3)) >= 0);
    }

    @Test
    void silenceOfAThirdShowsAtOnce() {
        LiveSession session = session(30, null);

        clock.now += 10 * SECOND - 1;
        assertEquals(SessionState.CONNECTED, session.state());
        clock.now += 1;
        assertEquals(SessionState.SUSPENDED, session.state());
        session.heard(clock.now);

        assertEquals(SessionState.CONNECTED, session.state());
    }

    @Test
    void ageOfAStateCountsFromItsBeginning() {
        LiveSession session = session(30, null);
        clock.now += 4 * SECOND;
        assertEquals(Duration.ofSeconds(4), session.stateAge());

        session.become(SessionState.SUSPENDED);
        clock.now += 3 * SECOND;
        session.become(SessionState.SUSPENDED);
        assertEquals(Duration.ofSeconds(3), session.stateAge());

        session.attached(clock.now, 30 * SECOND, SessionState.CONNECTED);
        clock.now += 12 * SECOND; // silent for 10 s since 2 s ago
        assertEquals(Duration.ofSeconds(2), session.stateAge());
        session.heard(clock.now);
        assertEquals(Duration.ofSeconds(12), session.stateAge());
    }

    @Test
    void endedSessionHasNoTimeLeft() {
        LiveSession session = session(30, null);

        session.become(SessionState.EXPIRED);

        assertEquals(Duration.ZERO, session.remaining());
        assertEquals(SessionState.EXPIRED, session.state());
    }

    @Test
    void listenersHearOfEachStateInOrderAndOfTheNewSession() {
        VirtualClient client = new VirtualClient(VirtualClient.builder());
        Session first = client.core.currentSession();
        assertEquals(SessionState.CONNECTED, first.state());
        List<String> heard = new ArrayList<>();
        client.core.addSessionListener(
                (session, state) -> heard.add((session == first ? "first " : "second ") + state), client.core.lane());

        client.host.server.plan(TinyServer.Fault.LOSE_REPLY, request -> true);
        client.host.pass(2 * SECOND);
        client.host.server.plan(TinyServer.Fault.LOSE_SESSION, request -> true);
        client.host.pass(2 * SECOND);

        assertEquals(
                List.of("first SUSPENDED", "first CONNECTED", "first SUSPENDED", "first EXPIRED", "second CONNECTED"),
                heard);
        assertNotSame(first, client.core.currentSession());
    }

    @Test
    void placeholderBeforeTheFirstSessionHasNoIdAndNoTime() {
        ClientCore core = new ClientCore(VirtualClient.builder().settings(), clock);

        assertEquals(0, core.currentSession().id());
        assertEquals(SessionState.SUSPENDED, core.currentSession().state());
        assertEquals(Duration.ZERO, core.currentSession().remaining());
    }

    @Test
    void answeredPingsKeepTheRemainingTimeUp() {
        VirtualClient client = new VirtualClient(VirtualClient.builder());
        Session session = client.core.currentSession();

        for (int i = 0; i < 200; i++) {
            client.host.pass(SECOND / 10);
            // timeout 6 s, margin 2 s, a ping every second
            assertTrue(session.remaining().compareTo(Duration.ofSeconds(3)) >= 0);
        }
    }
}
