package io.pinfold.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.client.CreateOptions;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the barrier and the double barrier promise, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class BarrierTest extends RecipeScene {
    @Test
    void holdsWhileLoweredAndLetsEverybodyPassWhenRaised() throws Exception {
        DistributedBarrier gate = DistributedBarrier.at(client, path);
        assertTrue(gate.awaitRaised(Duration.ofSeconds(20)), "nobody lowered it yet");
        assertTrue(gate.lower());
        assertFalse(DistributedBarrier.at(other, path).lower(), "was lowered before");
        CompletableFuture<Void> first = gate.whenRaised();
        CompletableFuture<Void> second = DistributedBarrier.at(other, path).whenRaised();

        assertFalse(gate.awaitRaised(Duration.ofMillis(100)));
        assertFalse(first.isDone() || second.isDone());
        assertTrue(DistributedBarrier.at(other, path).raise());

        get(first);
        get(second);
        assertFalse(gate.raise(), "was raised before");
    }

    @Test
    void staysLoweredWhenTheSessionEndsThatLoweredIt() throws Exception {
        DistributedBarrier.at(client, path).lower();
        CompletableFuture<Void> waiting = DistributedBarrier.at(client, path).whenRaised();

        endSession();

        assertFalse(DistributedBarrier.at(other, path).awaitRaised(Duration.ofMillis(100)));
        assertFalse(waiting.isDone());
        DistributedBarrier.at(other, path).raise();
        get(waiting);
    }

    @Test
    void lostRepliesToLoweringAndRaisingDoNoHarm() throws Exception {
        DistributedBarrier gate = DistributedBarrier.at(client, path);
        gate.lower();
        gate.raise();
        CompletableFuture<Void> lost = network.loseReply(CREATE2, 1);
        gate.lower();
        get(lost);
        assertTrue(other.exists(path).isPresent());

        lost = network.loseReply(DELETE, 1);
        gate.raise();
        get(lost);
        assertTrue(other.exists(path).isEmpty());
    }

    @Test
    void whatIsRaisedDuringAnOutageIsPassedAfterIt() throws Exception {
        DistributedBarrier.at(other, path).lower();
        CompletableFuture<Void> waiting = DistributedBarrier.at(client, path).whenRaised();
        client.awaitConnected(Duration.ofSeconds(20));
        network.isolate();

        DistributedBarrier.at(other, path).raise();
        network.restore();

        get(waiting);
    }

    @Test
    void endsTheWaitingWithTheClient() {
        DistributedBarrier.at(other, path).lower();
        CompletableFuture<Void> waiting = DistributedBarrier.at(client, path).whenRaised();

        client.close();

        ExecutionException failed = assertThrows(ExecutionException.class, () -> get(waiting));
        assertInstanceOf(ClientClosedException.class, failed.getCause());
    }

    @Test
    void nobodyEntersBeforeAllAreThereAndNobodyHasLeftBeforeAllAreDone() throws Exception {
        List<CompletableFuture<DoubleBarrierEntry>> entries = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            entries.add(barrier(i, 5).enterAsync());
        }
        awaitChildren(path, 4);
        assertTrue(entries.stream().noneMatch(CompletableFuture::isDone));
        entries.add(barrier(4, 5).enterAsync());

        List<CompletableFuture<Void>> exits = new ArrayList<>();
        for (CompletableFuture<DoubleBarrierEntry> entry : entries) {
            assertTrue(exits.stream().noneMatch(CompletableFuture::isDone));
            exits.add(get(entry).leaveAsync());
        }
        for (CompletableFuture<Void> exit : exits) {
            get(exit);
        }
        awaitChildren(path, 0);
    }

    @Test
    void whoGivesUpLeavesNothingBehind() throws Exception {
        assertEquals(Optional.empty(), barrier(0, 2).enter(Duration.ofMillis(200)));
        CompletableFuture<DoubleBarrierEntry> cancelled = barrier(0, 2).enterAsync();
        awaitChildren(path, 1);
        cancelled.cancel(false);
        awaitChildren(path, 0);

        CompletableFuture<DoubleBarrierEntry> first = barrier(0, 2).enterAsync();
        DoubleBarrierEntry second = barrier(1, 2).enter();
        assertFalse(second.leave(Duration.ofMillis(200)), "the first one did not leave");
        assertTrue(get(first).leave(Duration.ofSeconds(20)));
        awaitChildren(path, 0);
    }

    @Test
    void entersThoughTheSessionEndsMeanwhile() throws Exception {
        CompletableFuture<DoubleBarrierEntry> waiting = barrier(0, 2).enterAsync();
        awaitChildren(path, 1);
        endSession();

        DoubleBarrierEntry second = barrier(1, 2).enter(Duration.ofSeconds(20)).orElseThrow();

        CompletableFuture<Void> left = get(waiting).leaveAsync();
        second.leave();
        get(left);
        awaitChildren(path, 0);
    }

    @Test
    void refusesBarriersForNobody() {
        assertThrows(IllegalArgumentException.class, () -> DistributedDoubleBarrier.at(client, path, 0));
        assertThrows(IllegalArgumentException.class, () -> DistributedCyclicBarrier.at(client, path, 0));
    }

    @Test
    void nobodyPassesByASignThatWasLeftByThoseWhoDied() throws Exception {
        other.create(path + "/ready", new byte[0], CreateOptions.PERSISTENT.withParents());

        assertEquals(Optional.empty(), barrier(0, 2).enter(Duration.ofMillis(200)));

        CompletableFuture<DoubleBarrierEntry> first = barrier(0, 2).enterAsync();
        DoubleBarrierEntry second = barrier(1, 2).enter();
        CompletableFuture<Void> leaving = get(first).leaveAsync();
        second.leave();
        get(leaving);
    }

    private DistributedDoubleBarrier barrier(int who, int parties) {
        return DistributedDoubleBarrier.at(who % 2 == 0 ? client : other, path, parties);
    }
}
