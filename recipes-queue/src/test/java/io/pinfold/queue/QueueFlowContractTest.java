package io.pinfold.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.Acl;
import io.pinfold.BadArgumentsException;
import io.pinfold.ClientClosedException;
import io.pinfold.ErrorCode;
import io.pinfold.LeaseLostException;
import io.pinfold.NoAuthException;
import io.pinfold.Op;
import io.pinfold.TransactionFailedException;
import io.pinfold.framework.LeaseState;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Several items at once, items as a stream, and consumers that are held up, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class QueueFlowContractTest extends QueueContract {
    // ---- several items ---------------------------------------------------------------------------------------------

    @Test
    void putsSeveralItemsAsOneInTheirOrder() throws Exception {
        List<String> items = IntStream.range(0, 200).mapToObj(String::valueOf).toList();
        CompletableFuture<Receipt> another = theirs.putAsync("another", PutOptions.DEFAULT);

        List<Receipt> receipts = queue.putAll(items, PutOptions.DEFAULT);

        another.get(10, TimeUnit.SECONDS);
        assertEquals(200, receipts.stream().map(Receipt::id).distinct().count());
        List<String> all = drain(theirs);
        assertTrue(Collections.indexOfSubList(all, items) >= 0, "next to each other");
        assertEquals(201, all.size());
    }

    @Test
    void severalItemsWhosePutsReplyIsLostAreThereOnce() throws Exception {
        queue.put("warm-up");
        next(queue).ack();
        CompletableFuture<Void> happened = network.loseReply(MULTI, 1);

        List<Receipt> receipts = queue.putAll(List.of("a", "b"), PutOptions.DEFAULT);

        happened.get(1, TimeUnit.SECONDS);
        Delivery<String> second = theirs.take(2, SOON).get(1);
        assertEquals(receipts.get(1).id(), second.id());
        assertEquals(2, theirs.size());
    }

    @Test
    void putsSeveralRejectsThemAndMovesThemBackWithoutBlocking() throws Exception {
        queue.putAllAsync(List.of("a", "b"), PutOptions.priority(7)).get(10, TimeUnit.SECONDS);
        next(theirs).rejectAsync("not now").get(10, TimeUnit.SECONDS);
        Delivery<String> letter = next(queue.deadLetters());

        letter.moveAsync(queue).get(10, TimeUnit.SECONDS);

        ExecutionException tooLate = assertThrows(
                ExecutionException.class, () -> letter.moveAsync(queue).get(10, TimeUnit.SECONDS));
        assertInstanceOf(LeaseLostException.class, tooLate.getCause());
        assertEquals(Optional.of("not now"), letter.reason());
        assertEquals(7, next(theirs).priority());
        assertEquals(List.of("a"), drain(queue));
    }

    @Test
    void severalItemsWaitTogetherForRoom() throws Exception {
        WorkQueue<String> bounded = on(client, builder -> builder.maxItems(4));
        bounded.put("1");
        bounded.put("2");
        CompletableFuture<List<Receipt>> three = CompletableFuture.supplyAsync(() -> putThree(bounded));
        assertEquals(2, theirs.size());

        next(theirs).ack();

        assertEquals(3, three.get(10, TimeUnit.SECONDS).size());
        assertThrows(
                IllegalArgumentException.class,
                () -> bounded.putAll(List.of("1", "2", "3", "4", "5"), PutOptions.DEFAULT));
    }

    private static List<Receipt> putThree(WorkQueue<String> into) {
        try {
            return into.putAll(List.of("a", "b", "c"), PutOptions.DEFAULT);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void refusesSeveralItemsThatCannotBePutAsOne() {
        String large = "x".repeat(600_000);

        assertThrows(BadArgumentsException.class, () -> queue.putAll(List.of(large, large), PutOptions.DEFAULT));
        assertThrows(IllegalArgumentException.class, () -> queue.putAll(List.of(), PutOptions.DEFAULT));
        assertThrows(IllegalArgumentException.class, () -> queue.putAll(List.of("a"), PutOptions.dedupKey("only one")));
        assertThrows(IllegalArgumentException.class, () -> queue.take(0, SOON));
    }

    @Test
    void aPutAndOtherChangesHappenTogetherOrNotAtAll() throws Exception {
        queue.put("makes the directories");
        Op note = Op.create(path + "/note", new byte[0]);
        queue.putWith("a", PutOptions.DEFAULT, note);

        TransactionFailedException refusal =
                assertThrows(TransactionFailedException.class, () -> queue.putWith("b", PutOptions.DEFAULT, note));

        assertEquals(0, refusal.failedOp());
        assertEquals(ErrorCode.NODE_EXISTS, refusal.code());
        assertEquals(List.of("makes the directories", "a"), drain(theirs));
    }

    @Test
    void takesWhatIsThereUpToANumber() throws Exception {
        for (String item : List.of("a", "b", "c", "d", "e")) {
            theirs.put(item);
        }

        List<Delivery<String>> three = queue.take(3, SOON);
        List<Delivery<String>> rest = queue.take(9, SOON);

        assertEquals(List.of("a", "b", "c"), items(three));
        assertEquals(List.of("d", "e"), items(rest));
        assertEquals(List.of(), queue.take(2, Duration.ofMillis(100)));
        three.forEach(Delivery::ack);
        assertEquals(2, theirs.size());
    }

    private static List<String> items(List<Delivery<String>> deliveries) {
        return deliveries.stream().map(Delivery::item).toList();
    }

    // ---- pause
    // -------------------------------------------------------------------------------------------------------

    @Test
    void aPausedQueueGivesNothingOutUntilItGoesOn() throws Exception {
        theirs.put("a");
        Delivery<String> held = next(queue);
        theirs.put("b");
        CompletableFuture<Delivery<String>> waiting;

        theirs.pause();
        theirs.pause();

        await().until(() -> queue.tryTake().isEmpty());
        waiting = queue.takeAsync();
        assertTrue(theirs.inspect().isPaused());
        assertEquals(1, theirs.inspect().claims().size());
        assertEquals(LeaseState.HELD, held.state());
        held.ack();
        assertFalse(waiting.isDone());
        theirs.resume();
        theirs.resume();
        assertEquals("b", waiting.get(10, TimeUnit.SECONDS).item());
        assertFalse(theirs.inspect().isPaused());
    }

    @Test
    void whoComesWhileAQueueIsPausedWaitsToo() throws Exception {
        queue.pause(); // before anything was put
        queue.put("a");

        assertEquals(Optional.empty(), theirs.tryTake());
        queue.resume();

        assertEquals("a", next(theirs).item());
    }

    // ---- permission
    // --------------------------------------------------------------------------------------------------

    @Test
    void whoMayNotUseItIsToldAndGoesOnWhenItMay() throws Exception {
        byte[] credentials = "ada:secret".getBytes(UTF_8);
        path = "/guarded" + System.nanoTime();
        client.addAuth("digest", credentials);
        WorkQueue<String> guarded = on(client, builder -> builder.acl(Acl.CREATOR_ALL));
        guarded.put("a");
        WorkQueue<String> strangers = on(other, builder -> builder);
        Consumption consumption = strangers.consume(1, delivery -> {});

        assertThrows(NoAuthException.class, () -> strangers.put("b"));
        assertThrows(NoAuthException.class, () -> strangers.take(SOON));
        assertThrows(NoAuthException.class, strangers::tryTake);
        await().until(() -> consumption.failure().isPresent());
        other.addAuth("digest", credentials);

        assertEquals("a", next(strangers).item());
        strangers.put("b");
        assertEquals("b", next(guarded).item());
    }

    // ---- streams
    // -----------------------------------------------------------------------------------------------------

    @Test
    void aSubscriberGetsAsManyAsItAsksFor() throws Exception {
        for (String item : List.of("a", "b", "c", "d")) {
            theirs.put(item);
        }
        Asking asking = new Asking();
        queue.deliveries().subscribe(asking);
        Flow.Subscription subscription = asking.subscription.get(10, TimeUnit.SECONDS);

        subscription.request(1);
        assertEquals("a", asking.next().item());
        subscription.request(2);
        assertEquals("b", asking.next().item());
        assertEquals("c", asking.next().item());

        assertEquals(3, theirs.inspect().claims().size());
        subscription.request(5);
        assertEquals("d", asking.next().item());
        theirs.put("e");
        assertEquals("e", asking.next().item());
    }

    @Test
    void whoCancelsGetsNoMore() throws Exception {
        Asking asking = new Asking();
        queue.deliveries().subscribe(asking);
        Flow.Subscription subscription = asking.subscription.get(10, TimeUnit.SECONDS);
        subscription.request(Long.MAX_VALUE);

        subscription.cancel();
        subscription.cancel();
        await().until(() -> queue.tryTake().isEmpty());
        theirs.put("a");

        assertEquals("a", next(theirs).item());
        assertTrue(asking.items.isEmpty());
        assertFalse(asking.failure.isDone());
    }

    @Test
    void aStreamEndsWithItsQueueAndWithWrongRequests() throws Exception {
        Asking asking = new Asking();
        queue.deliveries().subscribe(asking);
        asking.subscription.get(10, TimeUnit.SECONDS).request(1);
        Asking wrong = new Asking();
        queue.deliveries().subscribe(wrong);
        wrong.subscription.get(10, TimeUnit.SECONDS).request(0);

        assertInstanceOf(IllegalArgumentException.class, wrong.failure.get(10, TimeUnit.SECONDS));
        queue.close();

        assertInstanceOf(ClientClosedException.class, asking.failure.get(10, TimeUnit.SECONDS));
    }

    /** A subscriber that a test asks through. */
    private static final class Asking implements Flow.Subscriber<Delivery<String>> {
        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        final BlockingQueue<Delivery<String>> items = new LinkedBlockingQueue<>();
        final CompletableFuture<Throwable> failure = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(Delivery<String> item) {
            items.add(item);
        }

        @Override
        public void onError(Throwable cause) {
            failure.complete(cause);
        }

        @Override
        public void onComplete() {
            failure.complete(new IllegalStateException("A queue never ends by itself"));
        }

        Delivery<String> next() throws InterruptedException {
            return items.poll(10, TimeUnit.SECONDS);
        }
    }
}
