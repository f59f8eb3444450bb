package io.pinfold.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinfold.client.CreateOptions;
import io.pinfold.framework.Codec;
import io.pinfold.testing.FaultProxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The same fault for Curator's recipe and for ours, side by side; the log has both outcomes. */
@ParameterizedClass
@EnumSource(Servers.Kind.class)
class ComparisonInteropTest extends RecipeScene {
    private static final Logger LOG = LoggerFactory.getLogger("comparison");

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
        LOG.info("one increment, reply lost: Curator counts {}, Pinfold {}", theirCount, ours.get());
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
        LOG.info("deleted and made anew during an outage: Curator is told {}, Pinfold [a]", next);
        assertEquals("NODE_CREATED " + path + "-top/b", next, "if Curator mended this, the documents have to say so");
    }

    private CuratorFramework curator(FaultProxy through) {
        CuratorFramework curator =
                CuratorFrameworkFactory.newClient(through.connectString(), 30_000, 30_000, new RetryForever(50));
        curator.start();
        return open(curator);
    }
}
