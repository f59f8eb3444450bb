package io.pinfold.framework;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.ConnectionLostException;
import io.pinfold.NoAuthException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.client.SessionState;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ContentionTest {
    private static final PlaceTerms TERMS = PlaceTerms.exclusive("/q", new PlaceNames("lock-"));

    private final FakeClient client = new FakeClient();

    @Test
    void asksForAFreePlaceInOneFlushAndTellsTheCallerBeforeAnythingElse() {
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        assertEquals(List.of("create /q/_c_guid1-lock-", "children /q"), client.asked());

        client.answerNext();
        client.answerNext();

        Lease lease = answer.join().orElseThrow();
        assertEquals(LeaseState.HELD, lease.state());
        assertEquals("/q/_c_guid1-lock-0000000000", lease.path());
        assertEquals(List.of("get /q/_c_guid1-lock-0000000000"), client.asked());
    }

    @Test
    void holdsTheLeaseOneEventAfterTheOnlyPredecessorIsGone() {
        String before = client.put("/q/lock-", 1);
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        client.answerAll();
        assertFalse(answer.isDone());

        client.remove(before);

        assertTrue(answer.join().orElseThrow().isHeld());
        assertEquals(List.of(), client.asked());
    }

    @Test
    void aPredecessorThatIsGoneWhenTheWatchIsSetCountsAsGone() {
        String before = client.put("/q/lock-", 1);
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        client.answerNext();
        client.answerNext();

        client.remove(before);
        client.answerAll();

        assertTrue(answer.join().isPresent());
    }

    @Test
    void tellsWhatThePredecessorSaysAtFirstAndAfterEachChange() {
        String before = client.put("/q/lock-", 1);
        List<String> said = new ArrayList<>();
        enter(TERMS.withOnPredecessorRead(data -> said.add(new String(data, UTF_8))));
        client.answerAll();
        assertEquals(List.of(""), said);

        client.change(before, "wait".getBytes(UTF_8));
        client.answerAll();

        assertEquals(List.of("", "wait"), said);
    }

    @Test
    void aChangedPredecessorIsWatchedAgain() {
        String before = client.put("/q/lock-", 1);
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        client.answerAll();

        client.change(before, new byte[] {1});
        assertEquals(List.of("get " + before), client.asked());
        client.answerAll();
        client.remove(before);

        assertTrue(answer.join().isPresent());
    }

    @Test
    void cancellingTheAnswerDeletesThePlaceAndForgetsTheWatch() {
        String before = client.put("/q/lock-", 1);
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        client.answerAll();

        answer.cancel(false);

        assertEquals(List.of("delete /q/_c_guid1-lock-0000000001"), client.asked());
        assertEquals(List.of(), client.watchers.get(before));
        client.answerAll();
        assertEquals(1, client.nodes.size());
        assertEquals(List.of(), client.listeners);
    }

    @Test
    void cancellingInTheMomentOfTheGrantGivesThePlaceBack() {
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        client.answerNext();

        answer.cancel(false);
        client.answerAll();

        assertEquals(0, client.nodes.size());
    }

    @Test
    void givingBackAsksTheServerBeforeTheClosingThreadGoesOnWhateverTheAttemptIsAt() {
        List<String> askedByThen = new ArrayList<>();
        CompletableFuture<Optional<Lease>> answer = enter(TERMS.withOnDataChanged((lease, data) -> {
            lease.close(); // the attempt is busy with this very call, and can do nothing else now
            askedByThen.addAll(client.asked());
        }));
        client.answerAll();
        String place = answer.join().orElseThrow().path();

        client.change(place, new byte[] {1});
        client.answerAll();

        assertEquals(List.of("delete " + place), askedByThen);
        assertEquals(List.of(), client.asked());
        assertEquals(0, client.nodes.size());
    }

    @Test
    void anInterruptInTheMomentOfTheGrantGivesThePlaceBack() {
        Contention contention = Contention.enter(client, TERMS);
        client.answerNext();
        client.answerNext();

        contention.abandon(); // what an interrupted wait does; the grant was quicker
        client.answerAll();

        assertEquals(0, client.nodes.size());
        assertTrue(contention.gone().isDone());
    }

    @Test
    void aLostReplyIsResolvedBeforeAnythingElse() {
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);

        String place = client.put("/q/_c_guid1-lock-", client.session().id());
        client.failNext(new OutcomeUnknownException("/q", "lost"));
        client.failNext(new ConnectionLostException("/q", "lost"));
        assertEquals(List.of("sync /q"), client.asked());
        client.answerNext();
        assertEquals(List.of("children /q"), client.asked());
        client.answerAll();

        assertEquals(place, answer.join().orElseThrow().path());
        assertEquals(1, client.nodes.size());
    }

    @Test
    void aGhostOfAnOlderSessionIsNotTakenForOurPlace() {
        enter(TERMS);
        client.put("/q/_c_guid1-lock-", 7);
        client.failNext(new OutcomeUnknownException("/q", "lost"));
        client.become(SessionState.EXPIRED);
        client.failNext(new ConnectionLostException("/q", "lost"));
        client.session = new FakeSession(client.time, 8);

        client.answerAll();

        assertEquals(List.of("/q/_c_guid2-lock-0000000001"), List.copyOf(client.nodes.keySet()));
    }

    @Test
    void aGrantIsNotBelievedWhileNothingProvesThatTheSessionLives() {
        String before = client.put("/q/lock-", 1);
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        client.answerAll();
        client.time.advance(FakeSession.LIFE.plusSeconds(1)); // stopped for so long

        client.remove(before);
        assertFalse(answer.isDone());
        client.session.prove();
        client.answerAll();

        assertTrue(answer.join().orElseThrow().isHeld());
    }

    @Test
    void doubtedGrantsPauseLongerAndLonger() {
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        client.time.advance(FakeSession.LIFE.plusSeconds(1)); // and no proof of the session's life ever
        int listings = 0;

        for (int millis = 0; millis < 10_000; millis += 10) {
            while (!client.asked().isEmpty() && listings < 1000) {
                listings += client.asked().get(0).startsWith("children") ? 1 : 0;
                client.answerNext();
            }
            client.time.advance(Duration.ofMillis(10));
        }

        assertFalse(answer.isDone());
        assertTrue(listings <= 15, "listed " + listings + " times in ten seconds");
        client.session.prove();
        client.time.advance(Duration.ofSeconds(2));
        client.answerAll();
        assertTrue(answer.join().orElseThrow().isHeld());
    }

    @Test
    void anExpiredSessionEndsTheLeaseAndDeletesNothing() {
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        client.answerAll();
        Lease lease = answer.join().orElseThrow();
        List<LeaseLost> lost = new ArrayList<>();
        lease.lost().thenAccept(lost::add);

        client.become(SessionState.EXPIRED);

        assertEquals(LeaseLost.Reason.SESSION_EXPIRED, lost.get(0).reason());
        assertEquals(List.of(), client.asked());
        assertEquals(List.of(), client.listeners);
    }

    @Test
    void aLeaseWhoseTimeRanOutIsDeletedAfterTheMarginInCaseItsSessionLivesOn() {
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        client.answerAll();
        Lease lease = answer.join().orElseThrow();

        client.time.advance(FakeSession.LIFE);
        assertEquals(LeaseState.LOST, lease.state());
        assertEquals(List.of(), client.asked());
        client.time.advance(client.session.timeout().dividedBy(2));

        assertEquals(List.of("delete " + lease.path()), client.asked());
    }

    @Test
    void aReconnectionAfterTheLossHandsThePlaceOnOnlyWhenTheLostLeaseIsClosed() {
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        client.answerAll();
        Lease lease = answer.join().orElseThrow();
        client.become(SessionState.SUSPENDED);
        client.time.advance(FakeSession.LIFE);
        assertTrue(lease.lost().isDone());

        client.session.prove();
        client.become(SessionState.CONNECTED);
        client.answerAll();
        assertEquals(1, client.nodes.size());
        CompletableFuture<Void> closed = lease.closeAsync();
        client.answerAll();

        assertEquals(LeaseState.LOST, lease.state());
        assertEquals(0, client.nodes.size());
        assertTrue(closed.isDone());
        assertEquals(0, client.time.timers());
    }

    @Test
    void aClosedLeaseIsDeletedAndReportsItWhenItIs() {
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        client.answerAll();
        Lease lease = answer.join().orElseThrow();

        CompletableFuture<Void> closed = lease.closeAsync();

        assertFalse(closed.isDone());
        client.answerAll();
        assertTrue(closed.isDone());
        assertEquals(0, client.time.timers());
    }

    @Test
    void theTimeoutSaysWhetherAServerWasHeardOf() {
        CompletableFuture<Optional<Lease>> unheard =
                Contention.enter(client, TERMS).within(Duration.ofSeconds(1)).answer(lease -> lease);
        client.time.advance(Duration.ofSeconds(1));
        assertInstanceOf(
                ConnectionLostException.class,
                assertThrows(CompletionException.class, unheard::join).getCause());
        client.answerAll();

        client.put("/q/lock-", 1);
        CompletableFuture<Optional<Lease>> heard =
                Contention.enter(client, TERMS).within(Duration.ofSeconds(1)).answer(lease -> lease);
        client.answerAll();
        client.time.advance(Duration.ofSeconds(1));
        client.answerAll();

        assertEquals(Optional.empty(), heard.join());
        assertEquals(1, client.nodes.size());
    }

    @Test
    void mayWaitForEver() throws InterruptedException {
        Duration forEver = ChronoUnit.FOREVER.getDuration();
        String before = client.put("/q/lock-", 1);
        Contention contention = Contention.enter(client, TERMS).within(forEver);
        client.answerAll();
        client.time.advance(Duration.ofDays(1000));
        client.session.prove();

        client.remove(before);
        client.answerAll();

        assertTrue(contention.await(forEver).orElseThrow().isHeld());
    }

    @Test
    void whoDoesNotWaitIsRefused() {
        client.put("/q/lock-", 1);
        CompletableFuture<Optional<Lease>> answer =
                Contention.enterWithoutWaiting(client, TERMS).answer(lease -> lease);

        client.answerAll();

        assertEquals(Optional.empty(), answer.join());
        assertEquals(1, client.nodes.size());
    }

    @Test
    void aRefusalIsReportedAsItIs() {
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);

        client.failNext(new NoAuthException("/q", "no"));

        assertInstanceOf(
                NoAuthException.class,
                assertThrows(CompletionException.class, answer::join).getCause());
    }

    @Test
    void aClosedClientEndsTheWaiting() {
        client.put("/q/lock-", 1);
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        client.answerAll();

        client.become(SessionState.CLOSED);

        assertInstanceOf(
                ClientClosedException.class,
                assertThrows(CompletionException.class, answer::join).getCause());
    }

    @Test
    void aClientThatIsClosedInTheMomentOfTheGrantEndsTheWaiting() {
        String before = client.put("/q/lock-", 1);
        CompletableFuture<Optional<Lease>> answer =
                enter(TERMS.withOnPredecessorRead(data -> grantAndEnd(before, SessionState.CLOSED)));
        client.answerAll();

        assertTrue(answer.isDone(), "nobody is told");
        assertInstanceOf(
                ClientClosedException.class,
                assertThrows(CompletionException.class, answer::join).getCause());
    }

    @Test
    void aSessionThatExpiresInTheMomentOfTheGrantQueuesAgain() {
        String before = client.put("/q/lock-", 1);
        enter(TERMS.withOnPredecessorRead(data -> grantAndEnd(before, SessionState.EXPIRED)));
        client.answerAll();
        client.time.advance(Duration.ofSeconds(2));

        assertTrue(client.asked().stream().anyMatch(what -> what.startsWith("create")), "gave up: " + client.asked());
    }

    /** Both are news for the same moment: the grant first. */
    private void grantAndEnd(String before, SessionState end) {
        client.session.state = end;
        client.remove(before);
        client.become(end);
    }

    @Test
    void triesAgainAndAgainThroughAnOutage() {
        CompletableFuture<Optional<Lease>> answer = enter(TERMS);
        for (int i = 0; i < 20; i++) {
            while (!client.asked().isEmpty()) {
                client.failNext(new ConnectionLostException("/q", "lost"));
            }
            client.time.advance(Duration.ofSeconds(2));
            assertFalse(client.asked().isEmpty(), "gave up after " + i);
        }

        client.session.prove();
        client.answerAll();

        assertTrue(answer.join().isPresent());
        assertEquals(1, client.nodes.size());
    }

    @Test
    void tellsOfChangesOfTheLeasesData() {
        List<byte[]> seen = new ArrayList<>();
        CompletableFuture<Optional<Lease>> answer = enter(TERMS.withOnDataChanged((lease, data) -> seen.add(data)));
        client.answerAll();
        String path = answer.join().orElseThrow().path();

        client.change(path, new byte[] {1});
        client.answerAll();
        client.change(path, new byte[] {2});
        client.answerAll();

        assertEquals(2, seen.size());
        assertArrayEquals(new byte[] {2}, seen.get(1));
    }

    private CompletableFuture<Optional<Lease>> enter(PlaceTerms terms) {
        return Contention.enter(client, terms).answer(lease -> lease);
    }
}
