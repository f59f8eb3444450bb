package io.pinfold.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.framework.Codec;
import io.pinfold.testing.scene.Servers;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.atomic.CachedAtomicLong;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicInteger;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.shared.SharedCount;
import org.apache.curator.framework.recipes.shared.SharedValue;
import org.apache.curator.retry.RetryForever;
import org.apache.curator.retry.RetryNTimes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Pinfold's counters and values and Curator's on one path. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"ENSEMBLE", "APACHE_ZOOKEEPER"})
class CountersBesideCuratorInteropTest extends RecipeScene {
    private CuratorFramework curator;

    @BeforeEach
    void startCurator() {
        curator = CuratorFrameworkFactory.newClient("127.0.0.1:" + port, 30_000, 30_000, new RetryForever(50));
        curator.start();
        open(curator);
    }

    @Test
    void longsCountTogether() throws Exception {
        DistributedAtomicLong theirs = new DistributedAtomicLong(curator, path, new RetryNTimes(10, 10));
        DistributedCounter ours = DistributedCounter.at(client, path);

        for (int i = 0; i < 10; i++) {
            assertTrue(theirs.increment().succeeded());
            assertEquals(2 * i + 2, ours.incrementAndGet());
        }

        assertEquals(20L, theirs.get().postValue());
        assertArrayEquals(Codec.LONG.encode(20L), other.get(path).data());
    }

    @Test
    void integersCountTogether() throws Exception {
        DistributedAtomicInteger theirs = new DistributedAtomicInteger(curator, path, new RetryNTimes(10, 10));
        AtomicValue<Integer> ours = AtomicValue.at(client, path, Codec.INT, 0);

        ours.update(number -> number + 5);

        assertEquals(7, theirs.add(2).postValue());
        assertEquals(7, ours.get().value());
    }

    @Test
    void sharedCountsAndValuesAreTheSame() throws Exception {
        SharedCount count = open(new SharedCount(curator, path, 3));
        count.start();
        AtomicValue<Integer> ours = AtomicValue.at(client, path, Codec.INT, 0);
        assertEquals(3, ours.get().value());
        ours.update(number -> number * 2);
        eventually(() -> count.getCount() == 6);
        assertTrue(count.trySetCount(count.getVersionedValue(), 7));
        assertEquals(7, ours.get().value());

        AtomicValue<String> text = AtomicValue.at(client, path + "-text", Codec.TEXT, "seed");
        text.set("ours");
        SharedValue value = open(new SharedValue(curator, path + "-text", new byte[0]));
        value.start();
        assertEquals("ours", Codec.TEXT.decode(value.getValue()));
        value.setValue(Codec.TEXT.encode("theirs"));
        assertEquals("theirs+ours", text.update(seen -> seen + "+ours").value());
    }

    @Test
    void blocksOfIdsDoNotOverlap() throws Exception {
        CachedAtomicLong theirs =
                new CachedAtomicLong(new DistributedAtomicLong(curator, path, new RetryNTimes(10, 10)), 5);
        IdGenerator ours = IdGenerator.blocksOf(5, client, path);

        assertEquals(0, ours.next());
        assertEquals(5L, theirs.next().preValue());
        assertEquals(1, ours.next());
    }
}
