package io.pinfold.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.BadArgumentsException;
import io.pinfold.ClientClosedException;
import io.pinfold.ConnectionLostException;
import io.pinfold.ErrorCode;
import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.TransactionFailedException;
import io.pinfold.framework.Codec;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the queue promises while nothing breaks but processes, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class QueueContractTest extends QueueContract {
    @Test
    void deliversInTheOrderOfArrivalAndForgetsWhatIsAcknowledged() throws Exception {
        for (String item : List.of("a", "b", "c")) {
            assertFalse(queue.put(item).duplicate());
        }

        assertEquals(List.of("a", "b", "c"), drain(theirs));
        assertEquals(0, queue.size());
        awaitNoClaims();
        assertEquals(Optional.empty(), queue.tryTake());
    }

    @Test
    void givesWhatWasPutToWhoeverWaits() throws Exception {
        CompletableFuture<Delivery<String>> first = theirs.takeAsync();
        CompletableFuture<Delivery<String>> second = theirs.takeAsync();

        Receipt receipt = queue.put("one");

        Delivery<String> delivery = first.get(10, TimeUnit.SECONDS);
        assertEquals(receipt.id(), delivery.id());
        assertEquals(1, delivery.count());
        assertEquals(LeaseState.HELD, delivery.state());
        assertFalse(second.isDone());
        second.cancel(true);
        delivery.ack();
        assertEquals(LeaseState.RELEASED, delivery.state());
        assertThrows(LeaseLostException.class, delivery::ack);
    }

    @Test
    void whoGivesAnItemBackFindsItInTheNextLineHoweverLateItsCallbacksRun() throws Exception {
        WorkQueue<String> busy = on(connectBusy(), builder -> builder);
        busy.put("one");
        for (int i = 1; i < 8; i++) {
            Optional<Delivery<String>> delivery = busy.tryTake();
            assertTrue(delivery.isPresent(), "in round " + i);
            delivery.get().nack();
        }
    }

    @Test
    void deliversToOneAtATime() throws Exception {
        queue.put("only");

        Delivery<String> held = next(queue);

        assertEquals(Optional.empty(), theirs.tryTake());
        assertEquals(Optional.empty(), queue.tryTake());
        held.close();
        assertEquals("only", next(theirs).item());
    }

    @Test
    void whatIsGivenBackIsDeliveredAgainInItsOldPlaceWithALargerToken() throws Exception {
        queue.put("a");
        queue.put("b");
        Delivery<String> first = next(queue);

        first.nack();

        assertEquals(LeaseState.RELEASED, first.state());
        first.closeAsync().get(10, TimeUnit.SECONDS);
        Delivery<String> second = next(theirs);
        assertEquals("a", second.item());
        assertEquals(first.id(), second.id());
        assertEquals(2, second.count());
        assertTrue(second.fencingToken() > first.fencingToken());
        assertThrows(LeaseLostException.class, first::ack);
    }

    @Test
    void whatIsGivenBackForLaterStaysAwayUntilThen() throws Exception {
        queue.put("a");
        long start = System.nanoTime();

        next(queue).nack(Duration.ofMillis(400));

        assertEquals(Optional.empty(), theirs.tryTake());
        assertEquals(2, next(theirs).count());
        assertTrue(millisSince(start) >= 400);
    }

    @Test
    void anItemWhoseConsumerDiesIsDeliveredToAnother() throws Exception {
        beMortal();
        queue.put("a");
        Delivery<String> lost = next(queue);

        network.isolate();

        Delivery<String> again = theirs.take(Duration.ofSeconds(20)).orElseThrow();
        assertEquals(LeaseState.LOST, lost.state());
        assertEquals(2, again.count());
        assertTrue(again.fencingToken() > lost.fencingToken());
        network.restore();
        assertThrows(LeaseLostException.class, () -> lost.ackWith(Op.create(path + "/zombie", new byte[0])));
        assertTrue(other.exists(path + "/zombie").isEmpty());
        again.ack();
    }

    @Test
    void aClaimWhoseZnodeIsDeletedByHandIsLost() throws Exception {
        queue.put("a");
        Delivery<String> delivery = next(queue);

        other.delete(delivery.path());

        assertEquals(
                LeaseLost.Reason.NODE_DELETED,
                delivery.lost().get(10, TimeUnit.SECONDS).reason());
        assertThrows(LeaseLostException.class, delivery::ack);
        assertEquals(2, next(theirs).count());
    }

    @Test
    void acknowledgesTogetherWithItsEffects() throws Exception {
        queue.put("a");
        Delivery<String> delivery = next(queue);

        delivery.ackWith(Op.create(path + "/done", "a".getBytes(UTF_8)), Op.create(path + "/too", "b".getBytes(UTF_8)));

        assertEquals("a", new String(other.get(path + "/done").data(), UTF_8));
        assertTrue(other.exists(path + "/too").isPresent());
        assertEquals(0, theirs.size());
    }

    @Test
    void aRefusedEffectChangesNothingAndTheClaimStands() throws Exception {
        queue.put("a");
        Delivery<String> delivery = next(queue);

        TransactionFailedException refusal = assertThrows(
                TransactionFailedException.class,
                () -> delivery.ackWith(Op.create(path + "/done", new byte[0]), Op.delete("/nothing-here")));

        assertEquals(1, refusal.failedOp());
        assertEquals(List.of(ErrorCode.OK, ErrorCode.NO_NODE), refusal.codes());
        assertTrue(other.exists(path + "/done").isEmpty());
        assertEquals(LeaseState.HELD, delivery.state());
        delivery.ackAsync(Op.create(path + "/done", new byte[0])).get(10, TimeUnit.SECONDS);
        assertTrue(other.exists(path + "/done").isPresent());
    }

    @Test
    void theCheckOfADeliveryGuardsOtherTransactions() throws Exception {
        queue.put("a");
        Delivery<String> delivery = next(queue);

        client.multi(delivery.check(), Op.create(path + "/halfway", new byte[0]));
        delivery.closeAsync().get(10, TimeUnit.SECONDS);

        assertThrows(
                TransactionFailedException.class,
                () -> client.multi(delivery.check(), Op.create(path + "/late", new byte[0])));
    }

    @Test
    void servesSmallerPrioritiesFirst() throws Exception {
        queue.put("normal");
        queue.put("urgent", PutOptions.priority(1));
        queue.put("idle", PutOptions.priority(999));

        assertEquals(List.of("urgent", "normal", "idle"), drain(theirs));
    }

    @Test
    void deliversNothingBeforeItIsDue() throws Exception {
        long start = System.nanoTime();
        queue.put("later", PutOptions.delay(Duration.ofMillis(600)));
        queue.put("now");

        assertEquals("now", next(theirs).item());
        assertEquals(Optional.empty(), theirs.tryTake());
        assertEquals(1, theirs.inspect().delayed());
        assertEquals("later", next(theirs).item());

        long taken = millisSince(start);
        assertTrue(taken >= 600 && taken < 5000, "took " + taken + " ms");
    }

    @Test
    void whatIsDueDoesNotWaitUntilNothingElseIsLeft() throws Exception {
        queue.put("due", PutOptions.delay(Duration.ofMillis(1)).withPriority(0));
        queue.putAll(Collections.nCopies(40, "ordinary"), PutOptions.DEFAULT);

        int rank = drain(theirs).indexOf("due");

        assertTrue(rank >= 0 && rank < 40, "delivered as number " + rank);
    }

    @Test
    void deliversItemsOfAKeyOneAfterTheOther() throws Exception {
        queue.put("a1", PutOptions.key("customer/a"));
        queue.put("a2", PutOptions.key("customer/a").withPriority(0));
        queue.put("b1", PutOptions.key("customer/b"));

        Delivery<String> a1 = next(theirs);
        Delivery<String> b1 = next(queue);

        assertEquals("a1", a1.item());
        assertEquals(Optional.of("customer/a"), a1.key());
        assertEquals("b1", b1.item());
        assertEquals(Optional.empty(), queue.tryTake());
        a1.closeAsync().get(10, TimeUnit.SECONDS);
        Delivery<String> again = next(queue);
        assertEquals("a1", again.item());
        again.ack();
        assertEquals("a2", next(theirs).item());
    }

    @Test
    void keepsASecondItemOfADedupKeyOutUntilTheFirstIsDone() throws Exception {
        PutOptions once = PutOptions.dedupKey("order/42");
        Receipt first = queue.put("a", once);

        assertEquals(new Receipt(first.id(), true), theirs.put("a", once));
        List<CompletableFuture<Receipt>> together = List.of(
                theirs.putAsync("x", PutOptions.DEFAULT),
                theirs.putAsync("a", once),
                theirs.putAsync("y", PutOptions.DEFAULT));
        assertTrue(together.get(1).get(10, TimeUnit.SECONDS).duplicate());
        assertEquals(List.of("a", "x", "y"), drain(queue));
        assertFalse(queue.put("a", once).duplicate());
    }

    @Test
    void isBounded() throws Exception {
        WorkQueue<String> small = on(client, builder -> builder.maxItems(3));
        for (int i = 0; i < 3; i++) {
            assertTrue(small.offer("item " + i, PutOptions.DEFAULT).isPresent());
        }

        assertEquals(Optional.empty(), small.offer("too many", PutOptions.DEFAULT));
        CompletableFuture<Receipt> waits = small.putAsync("patient", PutOptions.DEFAULT);
        assertEquals(Optional.empty(), small.offer("too many", PutOptions.DEFAULT));
        assertFalse(waits.isDone());
        next(theirs).ack();
        waits.get(10, TimeUnit.SECONDS);
        assertEquals(List.of("item 1", "item 2", "patient"), drain(theirs));
    }

    @Test
    void isBoundedInBytes() throws Exception {
        WorkQueue<String> small = on(client, builder -> builder.maxBytes(1000));
        String item = "x".repeat(400);
        assertTrue(small.offer("1" + item, PutOptions.DEFAULT).isPresent());
        assertTrue(small.offer("2" + item, PutOptions.DEFAULT).isPresent());

        assertEquals(Optional.empty(), small.offer("3" + item, PutOptions.DEFAULT));
        CompletableFuture<Receipt> waits = small.putAsync("3" + item, PutOptions.DEFAULT);
        assertThrows(BadArgumentsException.class, () -> small.put("x".repeat(1001)));
        assertFalse(waits.isDone());
        next(theirs).ack();
        waits.get(10, TimeUnit.SECONDS);
        assertEquals(List.of("2" + item, "3" + item), drain(theirs));
    }

    @Test
    void keepsItsDirectoriesSmallAndItsOrderAllTheSame() throws Exception {
        WorkQueue<String> first = on(client, builder -> builder.bucketSize(5));
        WorkQueue<String> second = on(other, builder -> builder.bucketSize(5));
        List<String> items = IntStream.range(0, 33).mapToObj(i -> "item " + i).toList();
        for (int i = 0; i < items.size(); i++) {
            (i % 2 == 0 ? first : second).put(items.get(i));
        }
        assertTrue(first.inspect().buckets() >= 6);

        assertEquals(items, drain(second));

        await().until(() -> other.children(path + "/items").size() == 1);
    }

    @Test
    void putsWhatWasAskedForAtTheSameTimeInOrder() throws Exception {
        List<CompletableFuture<Receipt>> puts = new ArrayList<>();
        List<String> items = IntStream.range(0, 300).mapToObj(i -> "item " + i).toList();
        items.forEach(item -> puts.add(queue.putAsync(item, PutOptions.DEFAULT)));
        CompletableFuture.allOf(puts.toArray(new CompletableFuture<?>[0])).get(10, TimeUnit.SECONDS);

        assertEquals(items, drain(theirs));
    }

    @Test
    void movesWhatIsRejectedToTheDeadLettersAndBack() throws Exception {
        queue.put("a", PutOptions.key("k").withPriority(7));
        next(queue).reject("no such customer");

        Delivery<String> dead = next(theirs.deadLetters());
        assertEquals("a", dead.item());
        assertEquals(Optional.of("no such customer"), dead.reason());
        assertEquals(1, theirs.inspect().deadLetters());
        dead.moveTo(theirs);

        assertEquals(0, theirs.deadLetters().size());
        Delivery<String> back = next(queue);
        assertEquals(Optional.of("k"), back.key());
        assertEquals(7, back.priority());
        assertEquals(Optional.empty(), back.reason());
        assertEquals(1, back.count());
    }

    @Test
    void whatIsDeliveredTooOftenGoesToTheDeadLetters() throws Exception {
        WorkQueue<String> strict = on(client, builder -> builder.maxDeliveries(2));
        strict.put("poison");
        strict.put("good");
        next(strict).closeAsync().get(10, TimeUnit.SECONDS);
        next(strict).closeAsync().get(10, TimeUnit.SECONDS);

        assertEquals("good", next(strict).item());

        Delivery<String> dead = next(strict.deadLetters());
        assertEquals("poison", dead.item());
        assertTrue(
                dead.reason().orElseThrow().startsWith("2 deliveries"),
                dead.reason().orElseThrow());
    }

    @Test
    void whatCannotBeReadGoesToTheDeadLetters() throws Exception {
        queue.put("text");
        queue.put("12");
        WorkQueue<Integer> numbers = open(WorkQueue.at(
                other,
                path,
                Codec.of(
                        number -> String.valueOf(number).getBytes(UTF_8),
                        bytes -> Integer.valueOf(new String(bytes, UTF_8)))));

        assertEquals(12, next(numbers).item());

        Delivery<String> dead = next(queue.deadLetters());
        assertEquals("text", dead.item());
        assertTrue(
                dead.reason().orElseThrow().contains("NumberFormatException"),
                dead.reason().orElseThrow());
    }

    @Test
    void aHandlingThatTakesTooLongIsLost() throws Exception {
        beMortal();
        WorkQueue<String> hurried = on(client, builder -> builder.handlingTimeout(Duration.ofMillis(300)));
        hurried.put("a");
        Delivery<String> slow = next(hurried);
        slow.extend(Duration.ofMillis(600));
        long start = System.nanoTime();

        LeaseLost lost = slow.lost().get(10, TimeUnit.SECONDS);

        assertEquals(LeaseLost.Reason.TIME_RAN_OUT, lost.reason());
        assertTrue(millisSince(start) >= 500);
        assertThrows(LeaseLostException.class, slow::ack);
        assertThrows(LeaseLostException.class, () -> slow.extend(Duration.ofSeconds(1)));
        assertEquals(2, next(theirs).count());
    }

    @Test
    void showsHowItStands() throws Exception {
        WorkQueue<String> alice = on(client, builder -> builder.consumer("alice"));
        alice.put("a");
        alice.put("b", PutOptions.key("k"));
        alice.put("c", PutOptions.delay(Duration.ofHours(1)));
        Delivery<String> a = next(alice);
        Delivery<String> b = next(alice);

        QueueView view = theirs.inspect();

        assertEquals(3, view.size());
        assertEquals(1, view.delayed());
        assertEquals(Optional.of(a.putAt()), view.oldest());
        assertEquals(1, view.buckets());
        assertEquals(2, view.claims().size());
        QueueClaim claim = view.claims().stream()
                .filter(each -> each.itemId().equals(a.id()))
                .findFirst()
                .orElseThrow();
        assertEquals("alice", claim.consumer());
        assertEquals(client.session().id(), claim.sessionId());
        assertEquals(a.fencingToken(), claim.fencingToken());
        assertTrue(view.claims().stream().anyMatch(each -> each.itemId().equals("=k")));
        b.close();
    }

    @Test
    void aQueueThatWasNeverUsedIsEmpty() throws Exception {
        assertEquals(Optional.empty(), queue.tryTake());
        assertEquals(0, queue.size());
        assertEquals(new QueueView(0, 0, List.of(), Optional.empty(), 0, 0, false), queue.inspect());
    }

    @Test
    void givesUpInTimeAndLeavesNothing() throws Exception {
        queue.put("a");
        Delivery<String> held = next(theirs);
        long start = System.nanoTime();

        assertEquals(Optional.empty(), queue.take(Duration.ofMillis(300)));
        assertEquals(Optional.empty(), queue.takeAsync(Duration.ofMillis(100)).get(10, TimeUnit.SECONDS));

        long taken = millisSince(start);
        assertTrue(taken >= 400 && taken < 3000, "took " + taken + " ms");
        held.close();
        assertEquals(2, next(theirs).count());
    }

    @Test
    void withoutAServerItSaysSoWhenTheTimeIsOver() {
        WorkQueue<String> lonely = on(connect("127.0.0.1:1"), builder -> builder);
        long start = System.nanoTime();

        assertThrows(ConnectionLostException.class, () -> lonely.take(Duration.ofMillis(500)));

        assertTrue(millisSince(start) < 2000);
    }

    @Test
    void anInterruptEndsTheWaiting() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                theirs.take();
            } catch (InterruptedException e) {
                thrown.complete(e);
            }
        });
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);

        thread.interrupt();

        assertInstanceOf(InterruptedException.class, thrown.get(10, TimeUnit.SECONDS));
        queue.put("a");
        assertEquals(1, next(queue).count());
    }

    @Test
    void workersHandleItemsUntilTheyAreStopped() throws Exception {
        ConcurrentLinkedQueue<String> handled = new ConcurrentLinkedQueue<>();
        WorkQueue<String> quick = on(client, builder -> builder.redeliveryPause(Duration.ofMillis(10)));
        Consumption consumption = quick.consume(3, delivery -> {
            if (delivery.item().equals("hard") && delivery.count() < 3) {
                throw new IllegalStateException("not yet");
            }
            handled.add(delivery.item());
        });

        for (String item : List.of("a", "hard", "b")) {
            theirs.put(item);
        }

        await().until(() -> handled.size() == 3);
        awaitSize(0);
        consumption.closeAsync().get(10, TimeUnit.SECONDS);
        assertEquals(Optional.empty(), consumption.failure());
        theirs.put("after");
        assertEquals("after", next(theirs).item());
    }

    @Test
    void aSlowHandlerDelaysNobody() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(2);
        Consumption consumption = queue.consume(2, delivery -> {
            running.countDown();
            try {
                slow.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        queue.put("a");
        queue.put("b");
        assertTrue(running.await(10, TimeUnit.SECONDS));

        long start = System.nanoTime();
        queue.put("c");
        next(queue).ack();

        assertTrue(millisSince(start) < 1000);
        consumption.close();
        slow.countDown();
        awaitSize(0);
    }

    @Test
    void closingTheQueueEndsWaitingAndNotHolding() throws Exception {
        queue.put("a");
        Delivery<String> held = next(queue);
        CompletableFuture<Delivery<String>> waiting = queue.takeAsync();

        queue.close();

        ExecutionException failure = assertThrows(ExecutionException.class, () -> waiting.get(10, TimeUnit.SECONDS));
        assertInstanceOf(ClientClosedException.class, failure.getCause());
        assertThrows(ClientClosedException.class, () -> queue.put("b"));
        assertThrows(ClientClosedException.class, queue::take);
        held.ack();
        assertEquals(0, theirs.size());
        await().until(() -> other.children(path + "/producers").isEmpty());
    }

    @Test
    void closingTheClientEndsEverything() throws Exception {
        queue.put("a");
        Delivery<String> held = next(queue);
        CompletableFuture<Delivery<String>> waiting = queue.takeAsync();

        client.close();

        assertEquals(LeaseState.LOST, held.state());
        assertThrows(ExecutionException.class, () -> waiting.get(10, TimeUnit.SECONDS));
        assertThrows(ClientClosedException.class, () -> queue.put("b"));
        assertEquals(2, next(theirs).count());
    }

    @Test
    void saysWhatIsWrongWithItsUse() {
        assertThrows(BadArgumentsException.class, () -> WorkQueue.at(client, "no/slash", Codec.TEXT));
        assertThrows(BadArgumentsException.class, () -> queue.put("x".repeat(1_000_001)));
        assertThrows(IllegalArgumentException.class, () -> queue.consume(0, delivery -> {}));
        assertThrows(IllegalArgumentException.class, () -> on(client, builder -> builder.bucketSize(0)));
        assertNotEquals(queue.toString(), "");
    }
}
