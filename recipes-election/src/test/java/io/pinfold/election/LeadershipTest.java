package io.pinfold.election;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.LeaseLostException;
import io.pinfold.client.CreateOptions;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a leader can do with its leadership, on either server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class LeadershipTest extends ElectionScene {
    private static final int SET_DATA = 5;
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void tellsObserversAboutItselfAndThenSomethingElse() throws Exception {
        LeaderObserver observer = open(LeaderObserver.at(other, path));
        Leadership leadership =
                candidate(client, "a").metadata("10.0.0.1:9000").build().campaign();
        await().until(() -> observer.leader()
                .map(Leader::metadata)
                .filter("10.0.0.1:9000"::equals)
                .isPresent());

        leadership.proclaim("10.0.0.1:9001");

        await().until(() -> observer.leader()
                .map(Leader::metadata)
                .filter("10.0.0.1:9001"::equals)
                .isPresent());
        assertEquals("10.0.0.1:9001", leadership.metadata());
        assertEquals("a", observer.leader().orElseThrow().id());
        assertEquals(leadership.term(), observer.leader().orElseThrow().term());
        assertEquals("10.0.0.1:9001", observer.candidates().get(0).metadata());
    }

    @Test
    void withNothingToSayItsZnodeIsTheOneOfCurator() throws Exception {
        Leadership leadership = candidate(client, "a").build().campaign();
        leadership.proclaim("something");

        leadership.proclaim("");

        assertArrayEquals("a".getBytes(UTF_8), other.get(leadership.path()).data());
    }

    @Test
    void proclaimsInOrderThoughRepliesAreLost() throws Exception {
        Leadership leadership = candidate(client, "a").build().campaign();
        network.loseReply(SET_DATA, 1);
        CompletableFuture<Void> first = leadership.proclaimAsync("one");
        CompletableFuture<Void> second = leadership.proclaimAsync("two");

        first.get(10, TimeUnit.SECONDS);
        second.get(10, TimeUnit.SECONDS);

        assertEquals("two", leadership.metadata());
        assertEquals(2, other.get(leadership.path()).version());
        network.loseRequest(SET_DATA, 1);
        leadership.proclaim("three");
        assertEquals(3, other.get(leadership.path()).version());
    }

    @Test
    void proclaimsNothingWhenItLeadsNoMore() throws Exception {
        Leadership resigned = candidate(client, "a").build().campaign();
        resigned.resign();
        assertThrows(LeaseLostException.class, () -> resigned.proclaim("late"));
        Leadership deposed = candidate(client, "a").build().campaign();
        other.delete(deposed.path());

        assertThrows(LeaseLostException.class, () -> deposed.proclaim("late"));
    }

    @Test
    void handsOverToTheChosenOneThoughOthersStandBefore() throws Exception {
        Leadership a = candidate(client, "a").build().campaign();
        CompletableFuture<Leadership> b = candidate(other, "b").build().campaignAsync();
        awaitCandidates(2);
        CompletableFuture<Leadership> c = candidate(client, "c").build().campaignAsync();
        awaitCandidates(3);
        CompletableFuture<Leadership> d = candidate(other, "d").build().campaignAsync();
        awaitCandidates(4);

        assertTrue(a.transferTo("d", LONG));

        Leadership chosen = d.get(10, TimeUnit.SECONDS);
        assertTrue(chosen.term() > a.term());
        assertEquals(LeaseState.RELEASED, a.state());
        assertEquals(
                TermEnd.Reason.TRANSFERRED, a.ended().get(10, TimeUnit.SECONDS).reason());
        assertFalse(b.isDone() || c.isDone());
        chosen.resign();
        Leadership next =
                (Leadership) CompletableFuture.anyOf(b, c).get(10, TimeUnit.SECONDS); // the others still stand in line
        assertTrue(next.term() > chosen.term());
    }

    @Test
    void handsOverAtOnceToTheOneWhoIsNext() throws Exception {
        Leadership a = candidate(client, "a").build().campaign();
        CompletableFuture<Leadership> b = candidate(other, "b").build().campaignAsync();
        awaitCandidates(2);

        assertTrue(a.transferToAsync("b", LONG).get(10, TimeUnit.SECONDS));

        assertTrue(b.get(10, TimeUnit.SECONDS).isHeld());
    }

    @Test
    void keepsLeadingWhenThereIsNoSuchCandidate() throws Exception {
        Leadership a = candidate(client, "a").build().campaign();
        CompletableFuture<Leadership> b = candidate(other, "b").build().campaignAsync();
        awaitCandidates(2);

        assertFalse(a.transferTo("nobody", LONG));

        assertTrue(a.isHeld());
        assertFalse(a.ended().isDone());
        assertFalse(b.isDone());
        assertEquals(0, other.get(a.path()).version());
    }

    @Test
    void keepsLeadingWhenSomebodyWouldNotStepBehind() throws Exception {
        Leadership a = candidate(client, "a").build().campaign();
        other.create(
                path + "/_c_00000000-0000-8000-8000-000000000000-latch-",
                "stubborn".getBytes(UTF_8),
                CreateOptions.of(CreateMode.EPHEMERAL_SEQUENTIAL));
        CompletableFuture<Leadership> c = candidate(other, "c").build().campaignAsync();
        awaitCandidates(3);

        assertFalse(a.transferTo("c", Duration.ofMillis(300)));

        assertTrue(a.isHeld());
        assertFalse(c.isDone());
        await().until(() -> new String(other.get(a.path()).data(), UTF_8).equals("a"));
    }

    @Test
    void aTransferThatIsCancelledLeavesTheLeader() throws Exception {
        Leadership a = candidate(client, "a").build().campaign();
        other.create(
                path + "/_c_00000000-0000-8000-8000-000000000000-latch-",
                null,
                CreateOptions.of(CreateMode.EPHEMERAL_SEQUENTIAL));
        candidate(other, "c").build().campaignAsync();
        awaitCandidates(3);
        CompletableFuture<Boolean> transfer = a.transferToAsync("c", LONG);
        await().until(() -> other.get(a.path()).version() == 1);

        transfer.cancel(false);

        await().until(() -> new String(other.get(a.path()).data(), UTF_8).equals("a"));
        assertTrue(a.isHeld());
    }

    @Test
    void transfersTheTermOfARunWhenItsBodyHasReturned() throws Exception {
        LeaderElection first = candidate(client, "a").build();
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        AtomicInteger terms = new AtomicInteger();
        run(first, leadership -> {
            terms.incrementAndGet();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                mayReturn.await();
            }
        });
        await().until(() -> first.state() == ElectionState.LEADING);
        CompletableFuture<Leadership> b = candidate(other, "b").build().campaignAsync();
        awaitCandidates(2);
        CompletableFuture<Leadership> c = candidate(other, "c").build().campaignAsync();
        awaitCandidates(3);

        assertTrue(first.transferTo("c", LONG).get(10, TimeUnit.SECONDS));

        assertTrue(interrupted.await(10, TimeUnit.SECONDS));
        assertEquals(ElectionState.REVOKED, first.state());
        assertFalse(c.isDone());
        mayReturn.countDown();
        Leadership chosen = c.get(10, TimeUnit.SECONDS);
        await().until(() -> first.state() == ElectionState.CAMPAIGNING);
        assertFalse(b.isDone());
        chosen.resign();
        b.get(10, TimeUnit.SECONDS).resign();
        await().until(() -> terms.get() == 2);
        assertEquals(
                List.of(TermEnd.Reason.TRANSFERRED),
                List.copyOf(first.stats().ends().keySet()));
        first.close();
    }

    @Test
    void resigningEndsTheTermOfARunAndLetsTheNextOneLead() throws Exception {
        LeaderElection first = candidate(client, "a").build();
        run(first, leadership -> new CountDownLatch(1).await());
        await().until(() -> first.state() == ElectionState.LEADING);
        CompletableFuture<Leadership> b = candidate(other, "b").build().campaignAsync();
        awaitCandidates(2);

        first.resign();

        assertTrue(b.get(10, TimeUnit.SECONDS).isHeld());
        await().until(() -> first.state() == ElectionState.CAMPAIGNING);
        first.close();
    }
}
