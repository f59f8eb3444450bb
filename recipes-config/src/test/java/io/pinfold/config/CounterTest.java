package io.pinfold.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ClientClosedException;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Codec;
import io.pinfold.testing.scene.Servers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What counters, atomic values and id generators promise, on whatever server. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class CounterTest extends RecipeScene {
    @Test
    void countsFromZeroForEverybody() throws Exception {
        DistributedCounter mine = DistributedCounter.at(client, path);
        DistributedCounter theirs = DistributedCounter.at(other, path);

        assertEquals(0, mine.get());
        assertEquals(5, mine.addAndGet(5));
        assertEquals(6, theirs.incrementAndGet());
        assertEquals(5, mine.decrementAndGet());
        assertTrue(theirs.compareAndSet(5, 100));
        assertFalse(mine.compareAndSet(5, 200));
        mine.set(-1);
        assertEquals(-1, theirs.get());
        assertArrayEquals(
                new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}, other.get(path).data());
    }

    @Test
    void aLostReplyAddsOnce() throws Exception {
        DistributedCounter counter = DistributedCounter.at(client, path);
        for (int i = 1; i <= 6; i++) {
            CompletableFuture<Void> lost = i % 2 == 0 ? network.loseReply(MULTI, 1) : network.loseRequest(MULTI, 1);

            assertEquals(i, counter.incrementAndGet());

            get(lost);
        }
        assertEquals(6, DistributedCounter.at(other, path).get());
    }

    @Test
    void aLostReplyAddsOnceThoughOthersAddMeanwhile() throws Exception {
        DistributedCounter mine = DistributedCounter.at(client, path);
        DistributedCounter theirs = DistributedCounter.at(other, path);
        mine.incrementAndGet();
        client.awaitConnected(Duration.ofSeconds(20));
        CompletableFuture<Void> lost = network.loseReply(MULTI, 1);
        network.refuse(true);
        CompletableFuture<Long> added = mine.addAsync(10);
        get(lost);
        assertEquals(111, theirs.addAndGet(100));
        network.restore();

        assertEquals(11, get(added), "what it was when it was added");
        assertEquals(111, mine.get());
    }

    @Test
    void aLostReplyIsSettledThoughTheSessionEndedMeanwhile() throws Exception {
        DistributedCounter counter = DistributedCounter.at(client, path);
        counter.incrementAndGet();
        String sign = sign();
        CompletableFuture<Void> lost = network.loseReply(MULTI, 1);
        network.refuse(true);
        CompletableFuture<Long> added = counter.addAsync(10);
        get(lost);

        endSession(sign);

        assertEquals(11, get(added));
        assertEquals(11, counter.get());
    }

    @Test
    void countsExactlyWhileConnectionsAreCut() throws Exception {
        List<CompletableFuture<Long>> added = new ArrayList<>();
        List<DistributedCounter> counters = List.of(
                DistributedCounter.at(client, path),
                DistributedCounter.at(other, path),
                DistributedCounter.at(client, path));
        for (int round = 0; round < 30; round++) {
            for (DistributedCounter counter : counters) {
                added.add(counter.addAsync(1));
            }
            added.get(round).get(20, TimeUnit.SECONDS);
            if (round % 10 == 5) {
                network.cut();
            }
        }

        Set<Long> seen = new TreeSet<>();
        for (CompletableFuture<Long> each : added) {
            assertTrue(seen.add(get(each)), "no two additions see the same number");
        }

        assertEquals(90, DistributedCounter.at(other, path).get());
        counters.forEach(DistributedCounter::close);
        awaitChildren(path, 0);
    }

    @Test
    void countsOnBehindThirtyOneBitsThoughTheReplyIsLost() throws Exception {
        DistributedCounter counter = DistributedCounter.at(client, path);
        counter.set(Integer.MAX_VALUE);

        CompletableFuture<Void> lost = network.loseReply(MULTI, 1);

        assertEquals(1L << 31, counter.incrementAndGet());

        get(lost);
        assertEquals((1L << 31) + 1, DistributedCounter.at(other, path).incrementAndGet());
    }

    @Test
    void manyAdditionsAtOnceShareTransactions() throws Exception {
        DistributedCounter counter = DistributedCounter.at(client, path);
        counter.get();
        List<CompletableFuture<Long>> added = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            added.add(counter.addAsync(1));
        }

        for (int i = 0; i < 500; i++) {
            assertEquals(i + 1, get(added.get(i)));
        }
        assertTrue(other.get(path).version() < 250, "took " + other.get(path).version() + " transactions");
    }

    @Test
    void refusesWhatItCannotDoAndChangesNothing() {
        DistributedCounter counter = DistributedCounter.at(client, path);
        counter.set(Long.MAX_VALUE);
        assertThrows(ArithmeticException.class, counter::incrementAndGet);
        assertEquals(Long.MAX_VALUE, counter.get());

        AtomicValue<Integer> number = AtomicValue.at(client, path + "-text", Codec.INT_TEXT, 1);
        number.set(7);
        other.set(path + "-text", "no number".getBytes(StandardCharsets.UTF_8));
        assertThrows(NumberFormatException.class, number::get);
        assertThrows(NumberFormatException.class, () -> number.update(n -> n + 1));
        assertThrows(IllegalArgumentException.class, () -> IdGenerator.blocksOf(0, client, path));
        assertEquals(8, number.set(8).value());
    }

    @Test
    void goesOnWhenSomebodyDeletesWhatItStandsOn() throws Exception {
        DistributedCounter counter = DistributedCounter.at(client, path);
        counter.incrementAndGet();
        other.children(path).forEach(child -> other.delete(path + '/' + child));
        assertEquals(2, counter.incrementAndGet(), "without its own znode");

        other.children(path).forEach(child -> other.delete(path + '/' + child));
        other.delete(path);
        assertEquals(1, counter.incrementAndGet(), "from the beginning");
    }

    @Test
    void writersThatDiedAreSweptAfterADay() throws Exception {
        DistributedCounter counter = DistributedCounter.at(client, path);
        counter.incrementAndGet();
        assertEquals(1, other.children(path).size());

        Slip.sweep(other.async(), path, System.currentTimeMillis() + TimeUnit.HOURS.toMillis(23));
        other.sync(path);
        assertEquals(1, other.children(path).size());
        Slip.sweep(other.async(), path, System.currentTimeMillis() + TimeUnit.HOURS.toMillis(25));
        awaitChildren(path, 0);
        assertEquals(2, counter.incrementAndGet());
    }

    @Test
    void aValueIsChangedByAFunctionOfIt() throws Exception {
        AtomicValue<String> mine = AtomicValue.at(client, path, Codec.TEXT, "empty");
        AtomicValue<String> theirs = AtomicValue.at(other, path, Codec.TEXT, "empty");
        assertEquals(new Versioned<>("empty", 0), mine.get());

        assertEquals(new Versioned<>("empty+a", 1), mine.update(text -> text + "+a"));
        assertEquals(new Versioned<>("empty+a+b", 2), theirs.update(text -> text + "+b"));
        assertEquals("empty+a+b+c", mine.update(text -> text + "+c").value());

        Versioned<String> seen = theirs.get();
        assertTrue(mine.compareAndSet(seen, "new"));
        assertFalse(theirs.compareAndSet(seen, "newer"));
        assertEquals("new", theirs.get().value());
    }

    @Test
    void aListenerHearsOfTheLastValue() throws Exception {
        AtomicValue<String> mine = AtomicValue.at(client, path, Codec.TEXT, "first");
        mine.get();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Subscription subscription = mine.onChange(now -> heard.add(now.value()));
        assertEquals("first", heard.poll(20, TimeUnit.SECONDS));

        network.isolate();
        AtomicValue.at(other, path, Codec.TEXT, "first").set("second");
        network.restore();
        assertEquals("second", heard.poll(20, TimeUnit.SECONDS));
        subscription.close();
    }

    @Test
    void idsAreGivenOutOnce() throws Exception {
        IdGenerator mine = IdGenerator.blocksOf(10, client, path);
        IdGenerator theirs = IdGenerator.blocksOf(10, other, path);
        Set<Long> ids = new TreeSet<>();
        for (int i = 0; i < 50; i++) {
            assertTrue(ids.add(mine.next()));
            assertTrue(ids.add(theirs.next()));
        }
        List<CompletableFuture<Long>> atOnce = new ArrayList<>();
        for (int i = 0; i < 35; i++) {
            atOnce.add(mine.nextAsync());
        }
        network.cut();
        for (CompletableFuture<Long> id : atOnce) {
            assertTrue(ids.add(get(id)));
        }
        assertTrue(other.get(path).version() <= 17, "a block at a time, one ahead");
    }

    @Test
    void saysSoWhenTheClientIsClosed() {
        DistributedCounter counter = DistributedCounter.at(client, path);
        counter.incrementAndGet();
        counter.close();
        assertThrows(ClientClosedException.class, counter::incrementAndGet);

        IdGenerator ids = IdGenerator.blocksOf(10, client, path);
        client.close();
        assertInstanceOf(ClientClosedException.class, assertThrows(RuntimeException.class, ids::next));
    }
}
