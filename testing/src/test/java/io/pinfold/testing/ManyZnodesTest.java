package io.pinfold.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.Migration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A directory of a size that matters, there and back: {@code -Dpinfold.znodes=1000000}. Znodes of every kind are written by a
 * released Apache ZooKeeper, imported, exported and loaded by a released Apache ZooKeeper again.
 */
@EnabledIfSystemProperty(
        named = "pinfold.znodes",
        matches = "\\d+",
        disabledReason = "it takes minutes; ask for it with -Dpinfold.znodes=1000000")
@Timeout(3600)
class ManyZnodesTest {
    private static final int ZNODES = Integer.getInteger("pinfold.znodes", 0);
    private static final int BELOW_EACH = 1000;
    private static final int AT_ONCE = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final List<ACL> READERS = List.of(
            new ACL(ZooDefs.Perms.ALL, new Id("digest", Call.BOB_DIGEST)),
            new ACL(ZooDefs.Perms.READ, new Id("world", "anyone")));

    @TempDir
    private Path dir;

    private long since = System.nanoTime();

    @Test
    void everyZnodeComesBackAsItWas(TestReporter reporter) throws Exception {
        Map<String, String> before;
        List<String> parents;
        try (ApacheZooKeeper theirs = server(dir.resolve("theirs"))) {
            ZooKeeper owner = connect(theirs);
            try (ZooKeeper client = connect(theirs)) {
                parents = write(client, owner);
                tell(reporter, "written");
                before = contents(client, parents);
                tell(reporter, "read, " + before.size() + " znodes");
            }
            theirs.kill();
            owner.close(0);
        }
        Migration.Result result = Migration.importInto(
                dir.resolve("theirs"), dir.resolve("theirs"), List.of(), dir.resolve("ours"), read -> {});
        tell(reporter, "imported: " + result);
        assertTrue(result.digests() > 0, "no digest was compared");
        Migration.exportFrom(dir.resolve("ours"), dir.resolve("back"));
        tell(reporter, "exported");
        try (ApacheZooKeeper back = server(dir.resolve("back"));
                ZooKeeper client = connect(back)) {
            tell(reporter, "loaded");
            assertSame(before, contents(client, parents));
            tell(reporter, "read and compared");
            assertFalse(back.output().toLowerCase(Locale.ROOT).contains("digest"), back.output());
            assertTrue(FourLetterWord.ask(back.port(), "mntr", PATIENCE).contains("zk_digest_mismatches_count\t0\n"));
        }
    }

    /** The first difference alone: all of them would be a gigabyte. */
    private static void assertSame(Map<String, String> before, Map<String, String> after) {
        assertEquals(before.size(), after.size());
        before.forEach((path, znode) -> assertEquals(znode, after.get(path), path));
    }

    private void tell(TestReporter reporter, String what) {
        long now = System.nanoTime();
        reporter.publishEntry(what, (now - since) / 1_000_000 + " ms");
        since = System.nanoTime();
    }

    private ApacheZooKeeper server(Path data) {
        return ApacheZooKeeper.builder()
                .setting("dataDir", data.toString())
                .setting("snapCount", "1500")
                .jvmOptions(List.of("-Xmx3000m"))
                .systemProperty("zookeeper.extendedTypesEnabled", "true")
                .systemProperty("znode.container.checkIntervalMs", Integer.toString(Integer.MAX_VALUE))
                .start();
    }

    /** {@return the znodes that have children, in groups of as many as a test wants to read at once} */
    private static List<String> write(ZooKeeper client, ZooKeeper owner) throws Exception {
        List<String> parents = new ArrayList<>();
        Pipeline pipeline = new Pipeline();
        for (int parent = 0; parent < ZNODES / BELOW_EACH; parent++) {
            String path = (parent % 7 == 0 ? "/\u4e2d-\u00fc-" : "/p-") + parent;
            client.create(path, null, OPEN_ACL_UNSAFE, parent % 5 == 0 ? CreateMode.CONTAINER : CreateMode.PERSISTENT);
            parents.add(path);
            for (int first = 0; first < BELOW_EACH - 1; first += AT_ONCE) {
                List<Op> ops = new ArrayList<>();
                for (int child = first; child < Math.min(first + AT_ONCE, BELOW_EACH - 1); child++) {
                    ops.add(create(path, parent, child));
                }
                pipeline.send(parent % 50 == 3 ? owner : client, ops);
            }
        }
        pipeline.finish();
        for (int parent = 3; parent < parents.size(); parent += 10) {
            List<Op> ops = new ArrayList<>();
            for (String child : client.getChildren(parents.get(parent), false).subList(0, 20)) {
                ops.add(Op.delete(parents.get(parent) + "/" + child, -1));
            }
            pipeline.send(client, ops);
        }
        pipeline.finish();
        return parents;
    }

    private static Op create(String parent, int kind, int number) {
        byte[] data = number % 11 == 0 ? null : ("value \u4e2d " + number).getBytes(UTF_8);
        List<ACL> acl = number % 3 == 0 ? READERS : OPEN_ACL_UNSAFE;
        if (kind % 50 == 3) {
            return Op.create(parent + "/e-" + number, data, OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        }
        return switch (kind % 4) {
            case 0 -> Op.create(parent + "/s-", data, acl, CreateMode.PERSISTENT_SEQUENTIAL);
            case 1 -> Op.create(parent + "/t-" + number, data, acl, CreateMode.PERSISTENT_WITH_TTL, 360_000_000);
            default -> Op.create(parent + "/\u00e4\u4e2d" + number, data, acl, CreateMode.PERSISTENT);
        };
    }

    /** {@return all of every znode, and the lists of some; a parent's metadata holds the number of its next sequential child} */
    private static Map<String, String> contents(ZooKeeper client, List<String> parents) throws Exception {
        Map<String, String> contents = new TreeMap<>();
        for (String parent : parents) {
            List<String> children = client.getChildren(parent, false);
            Collections.sort(children);
            List<Op> reads = new ArrayList<>(List.of(Op.getData(parent)));
            children.forEach(child -> reads.add(Op.getData(parent + "/" + child)));
            List<OpResult> results = client.multi(reads);
            for (int i = 0; i < results.size(); i++) {
                OpResult.GetDataResult read = (OpResult.GetDataResult) results.get(i);
                byte[] data = read.getData();
                contents.put(
                        i == 0 ? parent : parent + "/" + children.get(i - 1),
                        (data == null ? "null" : new String(data, UTF_8)) + read.getStat());
            }
            for (String child : children.subList(0, 5)) {
                contents.put("list of " + parent + "/" + child, "" + client.getACL(parent + "/" + child, new Stat()));
            }
        }
        return contents;
    }

    /** Some transactions under way at a time. */
    private static final class Pipeline {
        private static final int UNDER_WAY = 20;

        private final Semaphore room = new Semaphore(UNDER_WAY);
        private final CompletableFuture<Void> failure = new CompletableFuture<>();

        void send(ZooKeeper client, List<Op> ops) throws InterruptedException {
            room.acquire();
            client.multi(
                    ops,
                    (code, path, context, results) -> {
                        if (code != Code.OK.intValue()) {
                            failure.completeExceptionally(new IllegalStateException("a write failed: " + code));
                        }
                        room.release();
                    },
                    null);
        }

        void finish() throws InterruptedException {
            room.acquire(UNDER_WAY);
            room.release(UNDER_WAY);
            failure.getNow(null);
        }
    }

    private static ZooKeeper connect(ApacheZooKeeper server) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper client = new ZooKeeper(server.connectString(), 60_000, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        assertTrue(connected.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        client.addAuthInfo("digest", "bob:pw".getBytes(UTF_8));
        return client;
    }
}
