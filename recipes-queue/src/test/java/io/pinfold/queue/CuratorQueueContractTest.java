package io.pinfold.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.LeaseLostException;
import io.pinfold.Op;
import io.pinfold.framework.LeaseLost;
import io.pinfold.framework.LeaseState;
import io.pinfold.queue.CuratorScene.Handled;
import io.pinfold.testing.scene.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.curator.framework.recipes.queue.DistributedDelayQueue;
import org.apache.curator.framework.recipes.queue.DistributedIdQueue;
import org.apache.curator.framework.recipes.queue.DistributedPriorityQueue;
import org.apache.curator.framework.recipes.queue.DistributedQueue;
import org.apache.curator.framework.recipes.queue.SimpleDistributedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One queue for programs with Pinfold and with Curator, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"ENSEMBLE", "APACHE_ZOOKEEPER"})
class CuratorQueueContractTest extends QueueContract {
    private CuratorScene curator;

    @BeforeEach
    void startCurator() {
        curator = open(new CuratorScene("127.0.0.1:" + port, path));
    }

    private WorkQueue<String> ours(CuratorQueueKind kind) {
        return on(client, builder -> builder.curator(kind, curator.lockPath()));
    }

    // ---- we put, Curator takes -------------------------------------------------------------------------------------

    @Test
    void curatorTakesWhatWePut() throws Exception {
        ours(CuratorQueueKind.PLAIN).put("a");
        Handled handled = new Handled();
        open(curator.builder(handled).buildQueue()).start();

        assertEquals("a", handled.next());
    }

    @Test
    void curatorTakesWhatWePutWithAnId() throws Exception {
        ours(CuratorQueueKind.ID).put("a", PutOptions.key("order|1"));
        ours(CuratorQueueKind.ID).put("b", PutOptions.key("order-2"));
        Handled handled = new Handled();
        DistributedIdQueue<String> theirs = open(curator.builder(null).buildIdQueue());
        theirs.start();

        assertEquals(1, theirs.remove("order_1"));
        open(curator.builder(handled).buildIdQueue()).start();

        assertEquals("b", handled.next());
    }

    @Test
    void curatorTakesWhatWePutByPriority() throws Exception {
        WorkQueue<String> ours = ours(CuratorQueueKind.PRIORITY);
        ours.put("second", PutOptions.priority(10));
        ours.put("first", PutOptions.priority(9));
        Handled handled = new Handled();
        open(curator.builder(handled).buildPriorityQueue(1)).start();

        assertEquals("first", handled.next());
        assertEquals("second", handled.next());
    }

    @Test
    void curatorTakesWhatWePutWhenItIsDue() throws Exception {
        WorkQueue<String> ours = ours(CuratorQueueKind.DELAY);
        long start = System.nanoTime();
        ours.put("later", PutOptions.delay(Duration.ofMillis(700)));
        ours.put("soon");
        Handled handled = new Handled();
        open(curator.builder(handled).buildDelayQueue()).start();

        assertEquals("soon", handled.next());
        assertEquals("later", handled.next());
        assertTrue(millisSince(start) >= 690, "one machine, one clock, and Curator's rounding");
    }

    @Test
    void curatorPollsWhatWePut() throws Exception {
        ours(CuratorQueueKind.SIMPLE).put("a");

        assertEquals("a", new String(new SimpleDistributedQueue(curator.client(), path).poll(), UTF_8));
        assertEquals(0, ours(CuratorQueueKind.SIMPLE).size());
    }

    // ---- Curator puts, we take -------------------------------------------------------------------------------------

    @Test
    void weTakeWhatCuratorPuts() throws Exception {
        DistributedQueue<String> theirs = open(curator.builder(null).buildQueue());
        theirs.start();
        WorkQueue<String> ours = ours(CuratorQueueKind.PLAIN);
        CompletableFuture<Delivery<String>> first = ours.takeAsync(); // waits, before there is anything

        theirs.put("a");
        theirs.put("b");

        Delivery<String> delivery = first.get(10, TimeUnit.SECONDS);
        assertEquals("a", delivery.item());
        assertTrue(delivery.fencingToken() > 0);
        delivery.ack();
        assertEquals(List.of("b"), drain(ours));
        assertEquals(List.of(), other.children(path));
    }

    @Test
    void weTakeWhatCuratorPutsByPriorityAlsoNegativeOnes() throws Exception {
        DistributedPriorityQueue<String> theirs = open(curator.builder(null).buildPriorityQueue(1));
        theirs.start();
        theirs.put("third", 2_000_000);
        theirs.put("second", 3);
        theirs.put("first", -2);
        await().until(() -> ours(CuratorQueueKind.PRIORITY).size() == 3);

        WorkQueue<String> ours = ours(CuratorQueueKind.PRIORITY);
        Delivery<String> first = next(ours);
        assertEquals(-2, first.priority());
        assertEquals("first", first.item());
        first.ack();
        assertEquals(List.of("second", "third"), drain(ours));
    }

    @Test
    void weTakeWhatCuratorPutsWithAnIdWhenItIsDueOrAsItIs() throws Exception {
        DistributedIdQueue<String> ids = open(curator.builder(null).buildIdQueue());
        ids.start();
        ids.put("a", "id");
        Delivery<String> withId = next(ours(CuratorQueueKind.ID));
        assertEquals(Optional.of("id"), withId.key());
        withId.ack();

        DistributedDelayQueue<String> delays = open(curator.builder(null).buildDelayQueue());
        delays.start();
        delays.put("b", System.currentTimeMillis() + 300);
        Delivery<String> delayed = next(ours(CuratorQueueKind.DELAY));
        assertEquals("b", delayed.item());
        delayed.ack();

        new SimpleDistributedQueue(curator.client(), path).offer("c".getBytes(UTF_8));
        assertEquals("c", next(ours(CuratorQueueKind.SIMPLE)).item());
    }

    // ---- both
    // --------------------------------------------------------------------------------------------------------

    @Test
    void bothPutAndBothTakeAndNothingIsHandledTwice() throws Exception {
        int each = 100;
        Handled theirs = new Handled();
        DistributedQueue<String> curators = open(curator.builder(theirs).buildQueue());
        curators.start();
        WorkQueue<String> ours = ours(CuratorQueueKind.PLAIN);
        List<String> handled = new ArrayList<>();
        Consumption consumption = ours.consume(1, delivery -> handled.add(delivery.item()));
        List<CompletableFuture<?>> puts = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            curators.put("their " + i);
            puts.add(ours.putAsync("our " + i, PutOptions.DEFAULT));
        }
        CompletableFuture.allOf(puts.toArray(new CompletableFuture<?>[0])).get(20, TimeUnit.SECONDS);

        await().until(() -> ours.size() == 0);
        consumption.closeAsync().get(10, TimeUnit.SECONDS);
        await().until(() -> handled.size() + theirs.all().size() >= 2 * each);

        List<String> all = new ArrayList<>(handled);
        all.addAll(theirs.all());
        assertEquals(2 * each, all.size());
        assertEquals(2 * each, all.stream().distinct().count());
    }

    @Test
    void whatCuratorHandlesIsNotDeliveredToUs() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Handled handled = new Handled(goOn);
        DistributedQueue<String> theirs = open(curator.builder(handled).buildQueue());
        theirs.start();
        theirs.put("a");
        assertEquals("a", handled.next());

        assertEquals(Optional.empty(), ours(CuratorQueueKind.PLAIN).tryTake());
        assertEquals(1, ours(CuratorQueueKind.PLAIN).size());
        goOn.countDown();
    }

    @Test
    void whatWeHandleIsNotDeliveredToCurator() throws Exception {
        WorkQueue<String> ours = ours(CuratorQueueKind.PLAIN);
        ours.put("a");
        Delivery<String> delivery = next(ours);
        Handled handled = new Handled();
        open(curator.builder(handled).buildQueue()).start();
        ours.put("b");

        assertEquals("b", handled.next());
        assertEquals(LeaseState.HELD, delivery.state());
        delivery.close();
        assertEquals("a", handled.nextAfter(() -> ours.put("wakes Curator, which does not watch its locks")));
    }

    @Test
    void whatSomebodyWithoutLocksTakesAwayCannotBeAcknowledged() throws Exception {
        WorkQueue<String> ours = ours(CuratorQueueKind.SIMPLE);
        ours.put("a");
        other.create(path + "-effect", new byte[0]);
        Delivery<String> delivery = next(ours);

        new SimpleDistributedQueue(curator.client(), path).poll();

        assertEquals(
                LeaseLost.Reason.NODE_DELETED,
                delivery.lost().get(10, TimeUnit.SECONDS).reason());
        Op effect = Op.set(path + "-effect", new byte[1]);
        assertThrows(LeaseLostException.class, () -> delivery.ackWith(effect));
        assertEquals(0, other.get(path + "-effect").data().length);
        await().until(() -> other.children(curator.lockPath()).isEmpty());
    }

    @Test
    void aPutWhoseReplyIsLostIsThereOnceForCuratorToo() throws Exception {
        WorkQueue<String> ours = ours(CuratorQueueKind.PLAIN);
        ours.put("warm-up");
        next(ours).ack();
        CompletableFuture<Void> happened = network.loseReply(MULTI, 1);

        ours.put("once");

        happened.get(1, TimeUnit.SECONDS);
        assertEquals(1, other.children(path).size());
    }

    @Test
    void severalItemsInOneZnodeBecomeADeadLetter() throws Exception {
        DistributedQueue<String> theirs = open(curator.builder(null).buildQueue());
        theirs.start();
        theirs.putMulti(CuratorScene.multi(List.of("a", "b")));
        WorkQueue<String> ours = ours(CuratorQueueKind.PLAIN);
        CompletableFuture<Delivery<String>> none = ours.takeAsync();

        Delivery<String> letter = next(ours.deadLetters());

        assertTrue(letter.reason().orElseThrow().contains("putMulti"));
        assertEquals(0, ours.size());
        none.cancel(false);
    }

    @Test
    void whatIsDeliveredKeepsItsOrder() throws Exception {
        WorkQueue<String> ours = ours(CuratorQueueKind.PLAIN);
        List<String> items = IntStream.range(0, 30).mapToObj(String::valueOf).toList();
        for (String item : items) {
            ours.put(item);
        }

        assertEquals(items, drain(ours));
    }
}
