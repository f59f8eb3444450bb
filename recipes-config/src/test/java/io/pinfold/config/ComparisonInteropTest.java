package io.pinfold.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.CreateOptions;
import io.pinfold.framework.Codec;
import io.pinfold.testing.FaultProxy;
import io.pinfold.testing.scene.Servers;
import io.pinfold.testing.scene.SideBySide;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.retry.RetryForever;
import org.apache.curator.retry.RetryNTimes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The same fault for Curator's recipe and for ours, side by side; the log has both outcomes. */
@ParameterizedClass
@EnumSource(
        value = Servers.Kind.class,
        names = {"PINFOLD", "APACHE_ZOOKEEPER"})
class ComparisonInteropTest extends RecipeScene {
    @Test
    void anIncrementWhoseReplyIsLost() throws Exception {
        FaultProxy theirNetwork = open(FaultProxy.to(port));
        CuratorFramework curator = curator(theirNetwork);
        DistributedAtomicLong theirs = new DistributedAtomicLong(curator, path + "/theirs", new RetryNTimes(10, 10));
        theirs.initialize(0L);
        CompletableFuture<Void> lost = theirNetwork.loseReply(SET_DATA, 1);
        theirs.increment();
        get(lost);

        DistributedCounter ours = DistributedCounter.at(client, path + "/ours");
        ours.get();
        lost = network.loseReply(MULTI, 1);
        ours.incrementAndGet();
        get(lost);

        long theirCount = theirs.get().postValue();
        SideBySide.print("one increment whose reply is lost", "counts " + theirCount, "counts " + ours.get());
        assertEquals(2, theirCount, "if Curator mended this, the documents have to say so");
        assertEquals(1, ours.get());
    }

    @Test
    void aZnodeThatIsDeletedAndMadeAnewDuringAnOutage() throws Exception {
        other.create(path + "-top", new byte[0], CreateOptions.PERSISTENT.withParents());
        other.create(path + "-top/a", Codec.TEXT.encode("1"));
        FaultProxy theirNetwork = open(FaultProxy.to(port));
        CuratorCache theirs = open(CuratorCache.build(curator(theirNetwork), path + "-top"));
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        theirs.listenable()
                .addListener((type, before, after) -> told.add(type + " " + (after == null ? "" : after.getPath())));
        theirs.start();
        assertEquals(
                2,
                List.of(told.poll(20, TimeUnit.SECONDS), told.poll(20, TimeUnit.SECONDS))
                        .size());
        ConfigTree ours = open(ConfigTree.at(client, path + "-top"));
        BlockingQueue<Set<String>> changes = new LinkedBlockingQueue<>();
        ours.onChange(change -> changes.add(change.keys()));
        assertEquals(Set.of("", "a"), changes.poll(20, TimeUnit.SECONDS));

        network.isolate();
        theirNetwork.isolate();
        other.delete(path + "-top/a");
        other.create(path + "-top/a", Codec.TEXT.encode("1"));
        network.restore();
        theirNetwork.restore();

        assertEquals(Set.of("a"), changes.poll(20, TimeUnit.SECONDS));
        other.create(path + "-top/b", new byte[0]); // what comes behind it is told to both
        String next = told.poll(20, TimeUnit.SECONDS);
        SideBySide.print(
                "a znode is deleted and made anew during an outage",
                "nothing is told, but of what comes behind it: " + next,
                "a change of [a] is told");
        assertEquals("NODE_CREATED " + path + "-top/b", next, "if Curator mended this, the documents have to say so");
    }

    @Test
    void anUnrelatedListenerIsSlow() throws Exception {
        other.create(path + "-top/noise", new byte[0], CreateOptions.PERSISTENT.withParents());
        other.create(path + "-top/a", new byte[0]);
        CountDownLatch busy = new CountDownLatch(2);
        CountDownLatch over = new CountDownLatch(1);
        BlockingQueue<String> theirNews = new LinkedBlockingQueue<>();
        BlockingQueue<Set<String>> ourNews = new LinkedBlockingQueue<>();
        CuratorFramework curator = curator(open(FaultProxy.to(port)));
        CuratorCache theirNoise = open(CuratorCache.build(curator, path + "-top/noise"));
        CuratorCache theirs = open(CuratorCache.build(curator, path + "-top/a"));
        theirNoise.listenable().addListener((type, before, after) -> block(type.name(), busy, over));
        theirs.listenable().addListener((type, before, after) -> theirNews.add(type.name()));
        theirNoise.start();
        theirs.start();
        ConfigTree ourNoise = open(ConfigTree.at(client, path + "-top/noise"));
        ConfigTree ours = open(ConfigTree.at(client, path + "-top/a"));
        ourNoise.onChange(change -> block(change.before().zxid() > 0 ? "NODE_CHANGED" : "", busy, over));
        ours.onChange(change -> ourNews.add(change.keys()));
        assertEquals("NODE_CREATED", theirNews.poll(20, TimeUnit.SECONDS));
        assertEquals(Set.of(""), ourNews.poll(20, TimeUnit.SECONDS));

        other.set(path + "-top/noise", new byte[] {1});
        assertTrue(busy.await(20, TimeUnit.SECONDS));
        other.set(path + "-top/a", new byte[] {1});
        Set<String> told = ourNews.poll(20, TimeUnit.SECONDS);
        String theirTold = theirNews.poll(500, TimeUnit.MILLISECONDS);
        over.countDown();

        SideBySide.print(
                "a listener of another cache is slow",
                theirTold == null ? "nothing is told meanwhile" : theirTold,
                "a change is told meanwhile");
        assertEquals(Set.of(""), told);
        assertNull(theirTold, "if Curator mended this, the documents have to say so");
    }

    /** A listener that takes its time once something changes. */
    private static void block(String type, CountDownLatch busy, CountDownLatch over) {
        if (type.equals("NODE_CHANGED")) {
            busy.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private CuratorFramework curator(FaultProxy through) {
        CuratorFramework curator =
                CuratorFrameworkFactory.newClient(through.connectString(), 30_000, 30_000, new RetryForever(50));
        curator.start();
        return open(curator);
    }
}
