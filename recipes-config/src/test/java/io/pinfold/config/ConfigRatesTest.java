package io.pinfold.config;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.Op;
import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.rates.Rates;
import io.pinfold.testing.rates.Round;
import io.pinfold.testing.rates.Trial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.retry.RetryForever;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** How fast configurations follow the server beside Curator's cache, on either server; see docs/contributing.md. */
@EnabledIfSystemProperty(named = "pinfold.rates", matches = "true")
class ConfigRatesTest {
    private static final int MOST_CLIENTS = 100;
    private static final int DIRECTORIES = 100;
    private static final int NODES = Integer.getInteger("pinfold.rates.nodes", 100_000);

    private final Set<String> filled = new HashSet<>();

    @TempDir
    private Path data;

    @Test
    void besideCurator() throws Exception {
        try (Rates rates = Rates.start("Configuration", data)) {
            for (int caches : new int[] {1, 100, 1000}) {
                int times = Rates.times(caches == 1 ? 500 : 10_000 / caches);
                rates.row(
                        "cache: an update, until " + caches + " have it",
                        (servers, path) -> new Updates(servers, path, caches, times, ConfigRatesTest::ours),
                        (servers, path) -> new Updates(servers, path, caches, times, ConfigRatesTest::curators));
            }
            rates.row("cache: cold load of " + NODES + " znodes", this::ourLoad, this::curatorsLoad);
        }
    }

    /** Opens caches of a path and releases a permit for each update that one of them sees. */
    private interface Caches {
        List<AutoCloseable> open(String servers, String path, int count, Semaphore seen) throws Exception;
    }

    /** One writer, many caches; timed from the write until all have told of it. */
    private static final class Updates implements Trial<Exception> {
        private final PinfoldClient writer;
        private final Semaphore seen = new Semaphore(0);
        private final List<AutoCloseable> opened;
        private final String path;
        private final int caches;
        private final int times;

        Updates(String servers, String path, int caches, int times, Caches opening) throws Exception {
            this.path = path;
            this.caches = caches;
            this.times = times;
            this.writer = PinfoldClient.connect(servers);
            writer.create(path, new byte[0]);
            writer.create(path + "/key", new byte[0]);
            this.opened = opening.open(servers, path, caches, seen);
            seen.acquire(caches); // of the first state
        }

        @Override
        public void run(Round round) throws InterruptedException {
            for (int i = 0; i < times; i++) {
                byte[] value = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
                long start = System.nanoTime();
                writer.async().set(path + "/key", value, -1);
                seen.acquire(caches);
                round.record(System.nanoTime() - start);
            }
        }

        @Override
        public void close() {
            closeAll(opened);
            writer.close();
        }
    }

    private static List<AutoCloseable> ours(String servers, String path, int count, Semaphore seen) {
        List<AutoCloseable> opened = new ArrayList<>();
        List<PinfoldClient> clients = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_CLIENTS, count); i++) {
            clients.add(PinfoldClient.connect(servers));
        }
        opened.addAll(clients);
        for (int i = 0; i < count; i++) {
            ConfigTree tree = ConfigTree.at(clients.get(i % clients.size()), path);
            opened.add(tree);
            tree.onChange(change -> seen.release());
        }
        return opened;
    }

    private static List<AutoCloseable> curators(String servers, String path, int count, Semaphore seen) {
        List<AutoCloseable> opened = new ArrayList<>();
        List<CuratorFramework> clients = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_CLIENTS, count); i++) {
            clients.add(curator(servers));
        }
        opened.addAll(clients);
        for (int i = 0; i < count; i++) {
            CuratorCache cache = CuratorCache.build(clients.get(i % clients.size()), path);
            opened.add(cache);
            cache.listenable()
                    .addListener(CuratorCacheListener.builder()
                            .forInitialized(seen::release)
                            .build());
            cache.listenable()
                    .addListener(CuratorCacheListener.builder()
                            .forChanges((before, after) -> seen.release())
                            .build());
            cache.start();
        }
        return opened;
    }

    private Trial<Exception> ourLoad(String servers, String path) {
        fill(servers);
        PinfoldClient client = PinfoldClient.connect(servers);
        return loading(List.of(client), () -> {
            try (ConfigTree tree = ConfigTree.at(client, "/cold")) {
                return tree.ready().join().keys().size();
            }
        });
    }

    private Trial<Exception> curatorsLoad(String servers, String path) {
        fill(servers);
        CuratorFramework client = curator(servers);
        return loading(List.of(client), () -> {
            try (CuratorCache cache = CuratorCache.build(client, "/cold")) {
                CountDownLatch loaded = new CountDownLatch(1);
                cache.listenable()
                        .addListener(CuratorCacheListener.builder()
                                .forInitialized(loaded::countDown)
                                .build());
                cache.start();
                loaded.await();
                return cache.size();
            }
        });
    }

    private static Trial<Exception> loading(List<AutoCloseable> opened, Callable<Integer> load) {
        return new Trial<>() {
            @Override
            public void run(Round round) throws Exception {
                long start = System.nanoTime();
                int size = load.call();
                round.record(System.nanoTime() - start);
                if (size < NODES) {
                    throw new IllegalStateException("Loaded " + size);
                }
            }

            @Override
            public void close() {
                closeAll(opened);
            }
        };
    }

    private void fill(String servers) {
        if (!filled.add(servers)) {
            return;
        }
        try (PinfoldClient client = PinfoldClient.connect(servers)) {
            client.create("/cold", new byte[0]);
            byte[] value = new byte[100];
            for (int d = 0; d < DIRECTORIES; d++) {
                List<Op> ops = new ArrayList<>();
                ops.add(new Op.Create("/cold/" + d, value, Acl.OPEN, CreateMode.PERSISTENT, -1));
                for (int n = 0; n < NODES / DIRECTORIES; n++) {
                    ops.add(new Op.Create("/cold/" + d + "/key-" + n, value, Acl.OPEN, CreateMode.PERSISTENT, -1));
                }
                client.async().multi(ops).join();
            }
        }
    }

    private static CuratorFramework curator(String servers) {
        CuratorFramework client = CuratorFrameworkFactory.newClient(servers, 30_000, 30_000, new RetryForever(50));
        client.start();
        return client;
    }

    private static void closeAll(List<AutoCloseable> opened) {
        for (int i = opened.size() - 1; i >= 0; i--) {
            try {
                opened.get(i).close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
