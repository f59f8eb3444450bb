package io.pinfold.client.session;

import static io.pinfold.client.session.FakeWorld.MILLI;
import static io.pinfold.client.session.FakeWorld.T;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pings, silence, local expiry, and the pace of connecting. */
class TimersTest {
    private final List<String> fate = new ArrayList<>();

    @Test
    void pingGoesOutEverySixthOfTheTimeout() {
        FakeWorld world = FakeWorld.attached(1);

        for (int i = 1; i <= 5; i++) {
            world.pass(T / 6 - MILLI);
            assertEquals(0, world.takePings(), "too early, round " + i);
            world.pass(MILLI);
            assertEquals(1, world.takePings(), "round " + i);
            world.pong();
        }
        assertEquals(List.of(), world.news);
    }

    @Test
    void pingGoesOutThoughOtherRequestsAreSentAllTheTime() {
        FakeWorld world = FakeWorld.attached(1);
        int pings = 0;

        for (int xid = 1; xid <= 60; xid++) {
            world.submit(TestCall.get("/a"));
            world.reply(xid, 0);
            world.pass(T / 60);
            int now = world.takePings();
            pings += now;
            if (now > 0) {
                world.pong();
            }
        }

        assertEquals(6, pings);
    }

    @Test
    void proofCountsFromTheSendingOfTheAnsweredPingAndOfTheHandshake() {
        FakeWorld world = new FakeWorld(1);
        world.start();
        world.connect();
        long handshakeSent = world.now;
        world.pass(50 * MILLI);
        world.accept(FakeWorld.SESSION, FakeWorld.TIMEOUT_MILLIS);
        assertEquals(List.of(handshakeSent), world.proven);

        world.pass(T / 6 - 50 * MILLI);
        long pingSent = world.now;
        assertEquals(1, world.takePings());
        world.pass(200 * MILLI);
        world.pong();

        assertEquals(List.of(handshakeSent, pingSent), world.proven);
    }

    @Test
    void repliesToOtherRequestsProveNothing() {
        FakeWorld world = FakeWorld.attached(1);
        int before = world.proven.size();

        world.submit(TestCall.get("/a"));
        world.reply(1, 0);

        assertEquals(before, world.proven.size());
        assertEquals(1, world.heard.size() - 1);
    }

    @Test
    void silenceForAThirdOfTheTimeoutDropsTheConnection() {
        FakeWorld world = FakeWorld.attached(2);
        world.submit(TestCall.get("/a", fate));

        world.pass(T / 3 - MILLI);
        assertEquals(List.of(), world.news);
        world.pass(MILLI);

        assertEquals(List.of("suspended"), world.news);
        assertEquals(List.of("/a CONNECTION SENT"), fate);
        assertEquals(2, world.tried.size());
        assertTrue(world.open);
    }

    @Test
    void anythingTheServerSendsBreaksTheSilence() {
        FakeWorld world = FakeWorld.attached(1);

        world.pass(T / 3 - MILLI);
        world.event(3, "/a");
        world.pass(T / 6);

        assertEquals(List.of(), world.news);
    }

    @Test
    void processThatWasHeldUpLooksOnceForWhatLiesUnreadBeforeItJudges() {
        FakeWorld world = FakeWorld.attached(2);
        world.pass(T / 6);
        world.freeze(T / 2);

        world.tick();
        assertEquals(List.of(), world.news);
        world.pong();
        world.tick();

        assertEquals(List.of(), world.news);
    }

    @Test
    void processThatWasHeldUpDropsTheConnectionIfNothingLiesUnread() {
        FakeWorld world = FakeWorld.attached(2);
        world.pass(T / 6);
        world.freeze(T / 2);

        world.tick();
        world.tick();

        assertEquals(List.of("suspended"), world.news);
    }

    @Test
    void sessionIsOverWhenNothingWasHeardForFourThirdsOfTheTimeout() {
        FakeWorld world = FakeWorld.attached(1);
        world.breakConnection();
        world.submit(TestCall.get("/a", fate));

        for (int i = 0; i < 8000 / 50 - 1; i++) {
            world.pass(50 * MILLI);
            if (world.open) {
                world.breakConnection();
            }
        }
        assertFalse(world.news.contains("expired"));
        world.pass(60 * MILLI);

        assertTrue(world.news.contains("expired"));
        assertEquals(List.of("/a SESSION NOT_SENT"), fate);
    }

    @Test
    void sessionThatOutlivedItsTimeIsNotRevivedByLateBytes() {
        FakeWorld world = FakeWorld.attached(1);
        world.submit(TestCall.get("/a", fate));
        world.freeze(T + T / 3);

        world.reply(1, 0);

        assertEquals(List.of("expired"), world.news);
        assertEquals(List.of("/a SESSION SENT"), fate);
    }

    @Test
    void lostConnectionIsReplacedAtOnceByTheNextServer() {
        FakeWorld world = FakeWorld.attached(3);
        world.pass(T / 6 + MILLI);
        world.pong();

        world.breakConnection();

        assertEquals(2, world.tried.size());
        assertEquals(world.now, world.triedAt.get(1));
    }

    @Test
    void connectionThatLastedIsReplacedAtOnceThoughThereIsOneServerOnly() {
        FakeWorld world = FakeWorld.attached(1);
        world.pass(200 * MILLI);

        world.breakConnection();

        assertTrue(world.open);
    }

    @Test
    void everyServerIsTriedBeforeThePauseAndPausesGrowButStayShort() {
        FakeWorld world = new FakeWorld(3);
        world.start();
        List<Long> pauses = new ArrayList<>();

        for (int round = 0; round < 12; round++) {
            long began = world.now;
            LinkedHashSet<ServerAddress> servers = new LinkedHashSet<>();
            for (int i = 0; i < 3; i++) {
                servers.add(world.tried.get(world.tried.size() - 1));
                world.breakConnection();
            }
            assertEquals(3, servers.size());
            assertEquals(began, world.triedAt.get(world.triedAt.size() - 1));
            assertFalse(world.open);
            while (!world.open) {
                world.pass(MILLI / 4);
            }
            pauses.add(world.now - began);
        }

        assertTrue(pauses.get(0) >= 10 * MILLI && pauses.get(0) <= 21 * MILLI, "first " + pauses);
        assertTrue(pauses.stream().allMatch(p -> p <= 1001 * MILLI), "longest " + pauses);
        assertTrue(pauses.get(11) >= 500 * MILLI, "last " + pauses);
    }

    @Test
    void serverThatTakesTheSessionAndBreaksAtOnceIsNotTriedInATightLoop() {
        FakeWorld world = FakeWorld.attached(1);

        world.breakConnection();
        assertFalse(world.open);
        world.pass(25 * MILLI);
        world.attach();
        world.breakConnection();

        assertFalse(world.open);
    }

    @Test
    void serverThatDoesNotAnswerIsLeftForTheNextOne() {
        FakeWorld world = new FakeWorld(2);
        world.start();

        world.pass(T / 6 + MILLI);
        assertEquals(2, world.tried.size());
        world.connect();
        world.pass(T / 6 + MILLI);

        assertEquals(List.of("unreachable", "unreachable"), world.news);
    }

    @Test
    void ordersOfServersDependOnTheSeedAlone() {
        List<ServerAddress> servers = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            servers.add(new ServerAddress("s" + i, 1));
        }
        List<ServerAddress> one = round(new ServerList(servers, new Dice(1)));

        assertEquals(one, round(new ServerList(servers, new Dice(1))));
        assertFalse(one.equals(round(new ServerList(servers, new Dice(2)))));
        assertEquals(9, new LinkedHashSet<>(one).size());
    }

    private static List<ServerAddress> round(ServerList list) {
        List<ServerAddress> order = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            order.add(list.next());
        }
        return order;
    }
}
