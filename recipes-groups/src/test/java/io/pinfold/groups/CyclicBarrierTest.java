package io.pinfold.groups;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.NoNodeException;
import io.pinfold.Op;
import io.pinfold.client.SessionState;
import io.pinfold.testing.scene.Servers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the cyclic barrier promises, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class CyclicBarrierTest extends RecipeScene {
    @Test
    void isPassedTogetherRoundAfterRound() throws Exception {
        for (int round = 0; round < 5; round++) {
            List<CompletableFuture<Arrival>> arrivals = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                assertTrue(arrivals.stream().noneMatch(CompletableFuture::isDone));
                arrivals.add(barrier(i, 3).arrive());
            }
            for (CompletableFuture<Arrival> arrival : arrivals) {
                assertEquals(round, get(arrival).round());
            }
        }
        awaitChildren(path, 0);
        assertEquals("5 T", new String(other.get(path).data(), StandardCharsets.UTF_8));
    }

    @Test
    void whoComesTooManyWaitsForTheNextRound() throws Exception {
        List<CompletableFuture<Arrival>> arrivals = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            arrivals.add(barrier(i, 4).arrive());
        }

        int[] inRound = new int[2];
        for (CompletableFuture<Arrival> arrival : arrivals) {
            inRound[(int) get(arrival).round()]++;
        }

        assertEquals(4, inRound[0]);
        assertEquals(4, inRound[1]);
    }

    @Test
    void aRoundIsBrokenForAllWhenSomebodyGivesUp() throws Exception {
        CompletableFuture<Arrival> waiting = barrier(1, 3).arrive();
        awaitChildren(path, 1);
        assertEquals(Optional.empty(), barrier(0, 3).await(Duration.ofMillis(500)));

        BrokenRoundException broken = broken(waiting);
        assertEquals(0, broken.round());
        CompletableFuture<Arrival> first = barrier(0, 2).arrive();
        assertEquals(1, barrier(1, 2).await().round());
        assertEquals(1, get(first).round());
    }

    @Test
    void aRoundIsBrokenForAllWhenASessionEnds() throws Exception {
        CompletableFuture<Arrival> mine = barrier(0, 3).arrive();
        awaitChildren(path, 1);
        CompletableFuture<Arrival> theirs = barrier(1, 3).arrive();
        awaitChildren(path, 2);

        endSession();

        assertEquals(0, broken(theirs).round());
        assertEquals(0, broken(mine).round());
    }

    @Test
    void lostRepliesNeitherLoseNorDoubleAnArrival() throws Exception {
        assertEquals(0, barrier(0, 1).await().round());
        for (int round = 1; round < 4; round++) {
            CompletableFuture<Void> lost = round % 2 == 0 ? network.loseReply(MULTI, 1) : network.loseRequest(MULTI, 1);
            CompletableFuture<Arrival> first = barrier(0, 2).arrive();
            CompletableFuture<Arrival> second = barrier(1, 2).arrive();

            assertEquals(round, get(first).round());
            assertEquals(round, get(second).round());
            get(lost);
        }
    }

    @Test
    void aLostReplyToTheLastStepIsNoticed() throws Exception {
        CompletableFuture<Void> lost = network.loseReply(MULTI, 2); // the first is the arrival

        assertEquals(0, barrier(0, 1).await().round());

        get(lost);
        assertEquals(1, barrier(0, 1).await().round());
    }

    @Test
    void whoWasCutOffLearnsThatTheRoundWasPassed() throws Exception {
        CompletableFuture<Arrival> waiting = barrier(0, 2).arrive();
        awaitChildren(path, 1);
        network.isolate();

        assertEquals(0, barrier(1, 2).await().round());

        assertFalse(waiting.isDone());
        network.restore();
        assertEquals(0, get(waiting).round());
    }

    @Test
    void whoGivesUpWhileItsArrivalIsInDoubtLeavesNoArrivalBehind() throws Exception {
        client.exists("/");
        CompletableFuture<Void> lost = network.loseReply(MULTI, 1);
        CompletableFuture<Arrival> waiting = barrier(0, 2).arrive();
        network.refuse(true);
        get(CompletableFuture.anyOf(lost, waiting)); // a failure would keep it from asking
        await().until(() -> client.session().state() == SessionState.SUSPENDED);

        waiting.cancel(false);
        network.refuse(false);

        awaitChildren(path, 0);
    }

    @Test
    void saysSoWhenItCannotWork() throws Exception {
        other.create(
                "/" + CyclicBarrierTest.class.getSimpleName() + kind, "something".getBytes(StandardCharsets.UTF_8));
        DistributedCyclicBarrier wrong =
                DistributedCyclicBarrier.at(client, "/" + CyclicBarrierTest.class.getSimpleName() + kind, 2);
        assertThrows(IllegalStateException.class, wrong::await);

        CompletableFuture<Arrival> orphan = barrier(1, 2).arrive();
        awaitChildren(path, 1);
        List<Op> all = new ArrayList<>();
        other.children(path).forEach(child -> all.add(Op.delete(path + '/' + child)));
        all.add(Op.delete(path));
        other.multi(all); // not one by one: who sees that somebody has gone breaks the round
        assertInstanceOf(
                NoNodeException.class,
                assertThrows(ExecutionException.class, () -> get(orphan)).getCause());

        CompletableFuture<Arrival> waiting = barrier(0, 2).arrive();
        awaitChildren(path, 1);
        client.close();
        assertInstanceOf(
                ClientClosedException.class,
                assertThrows(ExecutionException.class, () -> get(waiting)).getCause());
    }

    private DistributedCyclicBarrier barrier(int who, int parties) {
        return DistributedCyclicBarrier.at(who % 2 == 0 ? client : other, path, parties);
    }

    private static BrokenRoundException broken(CompletableFuture<Arrival> arrival) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> get(arrival));
        return assertInstanceOf(BrokenRoundException.class, failed.getCause());
    }
}
