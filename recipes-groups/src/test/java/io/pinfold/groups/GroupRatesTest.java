package io.pinfold.groups;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.testing.rates.Rates;
import io.pinfold.testing.rates.Round;
import io.pinfold.testing.rates.Trial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** How fast barriers and groups are beside Curator's, on either server; see docs/contributing.md. */
@EnabledIfSystemProperty(named = "pinfold.rates", matches = "true")
class GroupRatesTest {
    private static final int PROCESSES = 10;
    private static final int MEMBERS = Integer.getInteger("pinfold.rates.members", 1000);

    @TempDir
    private Path data;

    @Test
    void besideCurator() throws Exception {
        try (Rates rates = Rates.start("Groups", data)) {
            for (int clients : new int[] {50, 100, 200}) {
                rates.row(
                        "double barrier: enter and leave, " + clients + " clients",
                        (servers, path) -> new Barriers(ours(servers, clients), path),
                        (servers, path) -> new Barriers(curators(servers, clients), path));
            }
            rates.row(
                    "group: " + MEMBERS + " join at once, until " + PROCESSES + " processes see all",
                    OurGroup::new,
                    CuratorsGroup::new);
        }
    }

    /** Goes through a barrier. */
    private interface Passage {
        void enterAndLeave(String path) throws Exception;
    }

    /** A client's way through barriers. */
    private record Walker(Passage passage, Runnable close) {}

    private static List<Walker> ours(String servers, int count) {
        List<Walker> walkers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            PinfoldClient client = PinfoldClient.connect(servers);
            walkers.add(new Walker(
                    path -> DistributedDoubleBarrier.at(client, path, count)
                            .enter()
                            .leave(),
                    client::close));
        }
        return walkers;
    }

    private static List<Walker> curators(String servers, int count) {
        List<Walker> walkers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CuratorFramework client = curator(servers);
            walkers.add(new Walker(
                    path -> {
                        var barrier = new org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier(
                                client, path, count);
                        barrier.enter();
                        barrier.leave();
                    },
                    client::close));
        }
        return walkers;
    }

    private static CuratorFramework curator(String servers) {
        CuratorFramework client = CuratorFrameworkFactory.newClient(servers, 30_000, 30_000, new RetryForever(50));
        client.start();
        return client;
    }

    /** Each client is a thread; timed from when all set out until all have left. */
    private record Barriers(List<Walker> walkers, String path) implements Trial<Exception> {
        @Override
        public void run(Round round) throws Exception {
            int times = Rates.times(10);
            CyclicBarrier turn = new CyclicBarrier(walkers.size(), new Stopwatch(round));
            AtomicReference<Exception> failure = new AtomicReference<>();
            List<Thread> threads = new ArrayList<>();
            for (Walker walker : walkers) {
                Thread thread = new Thread(() -> {
                    try {
                        walk(walker.passage(), turn, times);
                    } catch (Exception e) {
                        failure.compareAndSet(null, e);
                    }
                });
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            if (failure.get() != null) {
                throw failure.get();
            }
        }

        private void walk(Passage passage, CyclicBarrier turn, int times) throws Exception {
            turn.await();
            for (int i = 0; i < times; i++) {
                passage.enterAndLeave(path + "/" + i);
                turn.await();
            }
        }

        @Override
        public void close() {
            walkers.forEach(walker -> walker.close().run());
        }
    }

    /** Notes the time between two meetings. Run by whoever comes last, alone. */
    private static final class Stopwatch implements Runnable {
        private final Round round;
        private long last;

        Stopwatch(Round round) {
            this.round = round;
        }

        @Override
        public void run() {
            long now = System.nanoTime();
            if (last != 0) {
                round.record(now - last);
            }
            last = now;
        }
    }

    private static final class OurGroup implements Trial<Exception> {
        private final List<PinfoldClient> clients = new ArrayList<>();
        private final List<Group<String>> groups = new ArrayList<>();
        private final CountDownLatch complete = new CountDownLatch(PROCESSES);

        OurGroup(String servers, String path) {
            for (int i = 0; i < PROCESSES; i++) {
                PinfoldClient client = PinfoldClient.connect(servers);
                clients.add(client);
                Group<String> group = Group.at(client, path, Codec.TEXT);
                groups.add(group);
                group.onChange(change -> {
                    if (change.members().size() == MEMBERS) {
                        complete.countDown();
                    }
                });
                group.ready().join();
            }
        }

        @Override
        public void run(Round round) throws InterruptedException {
            long start = System.nanoTime();
            for (int i = 0; i < MEMBERS; i++) {
                groups.get(i % PROCESSES).joinAsync("member-" + i, "10.0.0." + i);
            }
            complete.await();
            round.record(System.nanoTime() - start);
        }

        @Override
        public void close() {
            clients.forEach(PinfoldClient::close);
        }
    }

    /** One cache for each process, as ours has it; Curator's {@code GroupMember} would have one for each member. */
    private static final class CuratorsGroup implements Trial<Exception> {
        private final List<CuratorFramework> clients = new ArrayList<>();
        private final CountDownLatch complete = new CountDownLatch(PROCESSES * MEMBERS);
        private final String path;

        CuratorsGroup(String servers, String path) throws Exception {
            this.path = path;
            for (int i = 0; i < PROCESSES; i++) {
                CuratorFramework client = curator(servers);
                clients.add(client);
                CuratorCache cache = CuratorCache.build(client, path);
                CountDownLatch ready = new CountDownLatch(1);
                cache.listenable()
                        .addListener(CuratorCacheListener.builder()
                                .forInitialized(ready::countDown)
                                .build());
                cache.listenable()
                        .addListener(CuratorCacheListener.builder()
                                .forCreates(node -> count(node.getPath()))
                                .build());
                cache.start();
                ready.await();
            }
        }

        private void count(String created) {
            if (created.length() > path.length()) {
                complete.countDown();
            }
        }

        @Override
        public void run(Round round) throws InterruptedException {
            long start = System.nanoTime();
            for (int i = 0; i < MEMBERS; i++) {
                byte[] payload = ("10.0.0." + i).getBytes(StandardCharsets.UTF_8);
                new PersistentNode(
                                clients.get(i % PROCESSES), CreateMode.EPHEMERAL, false, path + "/member-" + i, payload)
                        .start();
            }
            complete.await();
            round.record(System.nanoTime() - start);
        }

        @Override
        public void close() {
            clients.forEach(CuratorFramework::close);
        }
    }
}
