package io.pinfold.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.CreateMode;
import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the queue promises while requests, replies, connections and sessions are lost, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class QueueFaultContractTest extends QueueContract {
    /** So that the directories exist and every transaction from now on is one that a test is about. */
    @BeforeEach
    void warmUp() throws Exception {
        queue.put("warm-up");
        next(queue).ack();
        assertEquals(Optional.empty(), theirs.tryTake());
        other.create(path + "/effects", new byte[0]);
    }

    @Test
    void aPutWhoseReplyIsLostIsThereOnce() throws Exception {
        CompletableFuture<Void> happened = network.loseReply(MULTI, 1);

        Receipt receipt = queue.put("once");

        happened.get(1, TimeUnit.SECONDS);
        Delivery<String> delivery = next(theirs);
        assertEquals(receipt.id(), delivery.id());
        delivery.ack();
        assertEquals(Optional.empty(), theirs.tryTake());
    }

    @Test
    void aPutWhoseRequestIsLostIsThereOnce() throws Exception {
        CompletableFuture<Void> happened = network.loseRequest(MULTI, 1);

        queue.put("once");

        happened.get(1, TimeUnit.SECONDS);
        Delivery<String> delivery = next(theirs);
        assertEquals("once", delivery.item());
        delivery.ack();
        assertEquals(Optional.empty(), theirs.tryTake());
    }

    @Test
    void aPutWhoseReplyIsLostIsNotRepeatedThoughItsItemIsGoneAlready() throws Exception {
        List<String> seen = new ArrayList<>();
        Consumption consumption = theirs.consume(1, delivery -> seen.add(delivery.item()));
        network.loseReply(MULTI, 1).thenRun(network::isolate);

        CompletableFuture<Receipt> put = queue.putAsync("once", PutOptions.DEFAULT);

        await().until(() -> seen.size() == 1);
        awaitSize(0);
        assertFalse(put.isDone());
        network.restore();
        put.get(10, TimeUnit.SECONDS);
        queue.put("next");
        await().until(() -> seen.size() == 2);
        assertEquals(List.of("once", "next"), seen);
        consumption.close();
    }

    @Test
    void aPutIsSettledEvenIfItsSessionEndedMeanwhile() throws Exception {
        beMortal();
        String alive = signOfLife();
        network.loseReply(MULTI, 1).thenRun(network::isolate);
        CompletableFuture<Receipt> put = queue.putAsync("once", PutOptions.DEFAULT);
        awaitSize(1);
        next(theirs).ack();
        awaitGone(alive);

        network.restore();

        put.get(10, TimeUnit.SECONDS);
        assertEquals(0, theirs.size());
    }

    @Test
    void aPutWaitsThroughAnOutage() throws Exception {
        network.isolate();
        CompletableFuture<Receipt> put = queue.putAsync("patient", PutOptions.DEFAULT);
        CompletableFuture<Delivery<String>> take = queue.takeAsync();

        network.restore();

        assertEquals(
                put.get(10, TimeUnit.SECONDS).id(),
                take.get(10, TimeUnit.SECONDS).id());
    }

    @Test
    void aTakeWhoseReplyIsLostHasItsItem() throws Exception {
        theirs.put("a");
        theirs.put("b");
        CompletableFuture<Void> happened = network.loseReply(MULTI, 1);

        Delivery<String> delivery = next(queue);

        happened.get(1, TimeUnit.SECONDS);
        assertEquals("a", delivery.item());
        assertEquals(1, delivery.count());
        assertEquals(LeaseState.HELD, delivery.state());
        assertEquals(1, theirs.inspect().claims().size());
        delivery.ack();
        assertEquals(List.of("b"), drain(theirs));
    }

    @Test
    void aTakeWhoseRequestIsLostHasItsItem() throws Exception {
        theirs.put("a");
        CompletableFuture<Void> happened = network.loseRequest(MULTI, 1);

        Delivery<String> delivery = next(queue);

        happened.get(1, TimeUnit.SECONDS);
        assertEquals(1, delivery.count());
        delivery.ack();
        assertEquals(0, theirs.size());
    }

    @Test
    void aTakeWhoseRequestsAreLostCountsNobodyAsFasterAndPassesOverNothing() throws Exception {
        List<String> items = IntStream.range(0, 32).mapToObj(String::valueOf).toList();
        theirs.putAll(items, PutOptions.DEFAULT);
        CompletableFuture<Void> happened = loseRequests(5);

        Delivery<String> delivery = next(queue);

        happened.get(1, TimeUnit.SECONDS);
        assertEquals("0", delivery.item(), "who lost against others would pass over some of 32");
    }

    /** One after the other: the next one when the one before was sent again. */
    private CompletableFuture<Void> loseRequests(int count) {
        CompletableFuture<Void> lost = network.loseRequest(MULTI, 1);
        return count == 1 ? lost : lost.thenCompose(one -> loseRequests(count - 1));
    }

    @Test
    void anAckWhoseReplyIsLostHappensOnceWithItsEffects() throws Exception {
        theirs.put("a");
        Delivery<String> delivery = next(queue);
        CompletableFuture<Void> happened = network.loseReply(MULTI, 1);

        delivery.ackWith(effect());

        happened.get(1, TimeUnit.SECONDS);
        assertEquals(1, effects());
        assertEquals(0, theirs.size());
        assertEquals(LeaseState.RELEASED, delivery.state());
    }

    @Test
    void anAckWhoseRequestIsLostHappensOnceWithItsEffects() throws Exception {
        theirs.put("a");
        Delivery<String> delivery = next(queue);
        CompletableFuture<Void> happened = network.loseRequest(MULTI, 1);

        delivery.ackAsync(effect()).get(10, TimeUnit.SECONDS);

        happened.get(1, TimeUnit.SECONDS);
        assertEquals(1, effects());
        assertEquals(0, theirs.size());
    }

    @Test
    void anAckThatCannotBeSettledBeforeTheClaimIsLostSaysSo() throws Exception {
        beMortal();
        theirs.put("a");
        Delivery<String> delivery = next(queue);
        network.loseReply(MULTI, 1).thenRun(network::isolate);

        CompletableFuture<Void> ack = delivery.ackAsync(effect());

        ExecutionException failure = assertThrows(ExecutionException.class, () -> ack.get(10, TimeUnit.SECONDS));
        assertTrue(failure.getCause() instanceof OutcomeUnknownException, failure.toString());
        assertEquals(LeaseState.LOST, delivery.state());
        assertEquals(1, effects());
    }

    @Test
    void theAckOfALostClaimHasNoEffect() throws Exception {
        beMortal();
        theirs.put("a");
        Delivery<String> delivery = next(queue);
        network.isolate();
        Delivery<String> again = theirs.take(Duration.ofSeconds(20)).orElseThrow();

        assertThrows(LeaseLostException.class, () -> delivery.ackWith(effect()));
        network.restore();
        again.ackWith(effect());

        assertEquals(1, effects());
    }

    @Test
    void aDeadLetterWhoseReplyIsLostIsThereOnce() throws Exception {
        theirs.put("first");
        next(queue).reject("makes the directories");
        theirs.put("a");
        Delivery<String> delivery = next(queue);
        CompletableFuture<Void> happened = network.loseReply(MULTI, 1);

        delivery.reject("why");

        happened.get(1, TimeUnit.SECONDS);
        assertEquals(List.of("first", "a"), drain(theirs.deadLetters()));
        assertEquals(0, theirs.size());
    }

    @Test
    void whatIsMovedBackIsThereOnceThoughTheReplyIsLost() throws Exception {
        theirs.put("a");
        next(queue).reject("once more");
        Delivery<String> letter = next(queue.deadLetters());
        CompletableFuture<Void> happened = network.loseReply(MULTI, 1);

        letter.moveAsync(queue).get(10, TimeUnit.SECONDS);

        happened.get(1, TimeUnit.SECONDS);
        assertEquals(0, theirs.deadLetters().size());
        assertEquals(List.of("a"), drain(theirs));
    }

    @Test
    void whatADedupKeyLetsInIsNotItsOwnDuplicateThoughTheReplyIsLost() throws Exception {
        CompletableFuture<Void> happened = network.loseReply(MULTI, 1);

        Receipt receipt = queue.put("a", PutOptions.dedupKey("once"));

        happened.get(1, TimeUnit.SECONDS);
        assertFalse(receipt.duplicate());
        assertTrue(theirs.put("b", PutOptions.dedupKey("once")).duplicate());
        assertEquals(List.of("a"), drain(theirs));
    }

    @Test
    void whatIsGivenBackDuringAnOutageIsFreeAfterIt() throws Exception {
        theirs.put("a");
        Delivery<String> delivery = next(queue);
        network.isolate();
        CompletableFuture<Void> gone = delivery.closeAsync();

        network.restore();

        gone.get(10, TimeUnit.SECONDS);
        assertEquals(2, next(theirs).count());
    }

    @Test
    void aClaimSurvivesALostConnection() throws Exception {
        theirs.put("a");
        Delivery<String> delivery = next(queue);

        network.isolate();
        await().until(() -> delivery.state() == LeaseState.UNCERTAIN);
        network.restore();

        await().until(() -> delivery.state() == LeaseState.HELD);
        delivery.ack();
    }

    @Test
    void theMarkerOfALostClaimIsNotDeletedForItsSuccessorsAfterAnExpiry() throws Exception {
        SteppedExecutor steps = open(new SteppedExecutor());
        client = open(PinfoldClient.builder(network.connectString())
                .sessionTimeout(MOMENT)
                .callbacks(steps)
                .build());
        theirs.put("a");
        Delivery<String> delivery = next(on(client, builder -> builder));
        String session = sign();
        long claimant = client.session().id();
        steps.stop();
        other.delete(delivery.path()); // by hand, so that its marker is left behind
        client.exists(path); // its answer comes behind the event
        network.stallReplies();
        steps.step();
        assertEquals(LeaseState.LOST, delivery.state());
        network.restore();
        client.exists(path); // its answer comes behind the one that shows the marker

        endSession(session);
        Delivery<String> again = next(theirs);
        eventually(() -> client.session().id() != claimant);
        steps.goOn();
        client.exists(path); // happens behind the deletion, if there is one

        again.ack(); // its transaction deletes a marker of its own
        assertEquals(0, theirs.size());
    }

    @Test
    void whoWaitsSeesWhatHappenedDuringAnOutage() throws Exception {
        theirs.put("gone");
        Delivery<String> held = next(theirs);
        CompletableFuture<Delivery<String>> waiting = queue.takeAsync();
        awaitReady(queue);
        network.isolate();
        held.ack();
        theirs.put("new");

        network.restore();

        assertEquals("new", waiting.get(10, TimeUnit.SECONDS).item());
    }

    @Test
    void whoWaitsGoesOnInANewSession() throws Exception {
        beMortal();
        CompletableFuture<Delivery<String>> waiting = queue.takeAsync();
        awaitReady(queue);
        String alive = signOfLife();
        network.isolate();
        awaitGone(alive);
        theirs.put("new");

        network.restore();

        assertEquals("new", waiting.get(10, TimeUnit.SECONDS).item());
    }

    /** Producers and consumers whose connections are cut again and again: every item has its effect once. */
    @Test
    void everyItemHasItsEffectOnceInAStormOfLostConnections() throws Exception {
        int producers = 2;
        int each = 40;
        List<CompletableFuture<Receipt>> puts = new ArrayList<>();
        List<Consumption> consumptions = new ArrayList<>();
        Set<String> unsure = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < producers; i++) {
            PinfoldClient mine = connect(network.connectString());
            WorkQueue<String> own = on(mine, builder -> builder.bucketSize(10).redeliveryPause(Duration.ofMillis(20)));
            consumptions.add(own.consume(2, delivery -> handle(delivery, unsure)));
            for (int n = 0; n < each; n++) {
                puts.add(own.putAsync(i + "-" + n, PutOptions.key("k" + n % 7)));
            }
        }
        for (int cut = 0; cut < 12; cut++) {
            int size = theirs.size();
            await().pollInterval(Duration.ofMillis(5)).until(() -> theirs.size() != size || theirs.size() == 0);
            network.cut();
        }
        CompletableFuture.allOf(puts.toArray(new CompletableFuture<?>[0])).get(30, TimeUnit.SECONDS);
        await().atMost(Duration.ofSeconds(30)).until(() -> theirs.size() == 0);

        Set<String> items = new HashSet<>();
        for (String name : other.children(path + "/effects")) {
            byte[] data = other.get(path + "/effects/" + name).data();
            assertTrue(items.add(new String(data, UTF_8)), "twice: " + new String(data, UTF_8));
        }
        assertEquals(producers * each, items.size());
        consumptions.forEach(Consumption::close);
        awaitNoClaims();
    }

    private void handle(Delivery<String> delivery, Set<String> unsure) {
        try {
            delivery.ackWith(
                    Op.create(path + "/effects/e-", delivery.item().getBytes(UTF_8), CreateMode.PERSISTENT_SEQUENTIAL));
        } catch (LeaseLostException | OutcomeUnknownException e) {
            unsure.add(delivery.item()); // the session ended; it comes again unless it was done
        }
    }

    private Op effect() {
        return Op.create(path + "/effects/e-", new byte[0], CreateMode.PERSISTENT_SEQUENTIAL);
    }

    private int effects() {
        return other.children(path + "/effects").size();
    }

    /** {@return a znode that goes when the client's session is over} */
    private String signOfLife() {
        return client.create(path + "/alive", new byte[0], CreateMode.EPHEMERAL).path();
    }

    private void awaitGone(String znode) {
        await().atMost(Duration.ofSeconds(20)).until(() -> other.exists(znode).isEmpty());
    }

    private static void awaitReady(WorkQueue<String> watched) throws InterruptedException {
        assertEquals(Optional.empty(), watched.tryTake());
    }
}
