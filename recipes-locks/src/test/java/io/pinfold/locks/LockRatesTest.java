package io.pinfold.locks;

import com.sun.management.OperatingSystemMXBean;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.testing.ApacheZooKeeper;
import io.pinfold.testing.ServerProcess;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryForever;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How fast the lock is beside Curator's, on either server, each server in a process of its own:
 * {@code mvn test -pl recipes-locks -am -Dtest=LockRatesTest -Dpinfold.rates=true -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@EnabledIfSystemProperty(named = "pinfold.rates", matches = "true")
class LockRatesTest {
    private static final Logger LOG = LoggerFactory.getLogger(LockRatesTest.class);
    private static final OperatingSystemMXBean OS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int CLIENTS = 10;
    private static final int UNCONTENDED = Integer.getInteger("pinfold.rates.uncontended", 3000);
    private static final int TURNS = Integer.getInteger("pinfold.rates.turns", 4000);

    /** Takes the lock and gives it back. */
    private interface Turn {
        void take() throws Exception;
    }

    /** A client, and the turn of one contender that uses it. */
    private interface Library extends AutoCloseable {
        Turn contender(String path);

        @Override
        void close();
    }

    private interface Connect {
        Library to(String servers);
    }

    @TempDir
    private Path data;

    @Test
    void besideCurator() throws Exception {
        try (ApacheZooKeeper theirs = ApacheZooKeeper.start();
                ServerProcess ours = ServerProcess.start(LockServerMain.class.getName(), data.toString())) {
            for (int round = 0; round < 2; round++) { // the first one warms up
                measureOn("pinfold", ours.connectString(), round);
                measureOn("zookeeper", theirs.connectString(), round);
            }
        }
    }

    private static void measureOn(String server, String servers, int round) throws Exception {
        String base = "/rates-" + round;
        measure("pinfold on " + server, servers, base + "/p", Pinfold::new);
        measure("pinfold, handed on, on " + server, servers, base + "/h", HandedOn::new);
        measure("curator on " + server, servers, base + "/c", Curator::new);
    }

    private static void measure(String who, String servers, String path, Connect connect) throws Exception {
        List<Library> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(connect.to(servers));
        }
        try {
            LOG.warn("{}: uncontended {}", who, uncontended(clients.get(0).contender(path + "/alone")));
            for (int contenders : new int[] {2, 10, 100, 1000}) {
                LOG.warn(
                        "{}: {} contenders, {}",
                        who,
                        contenders,
                        contended(clients, contenders, path + "/" + contenders));
            }
        } finally {
            clients.forEach(Library::close);
        }
    }

    private static String uncontended(Turn turn) throws Exception {
        long[] nanos = new long[UNCONTENDED];
        for (int i = 0; i < UNCONTENDED; i++) {
            long start = System.nanoTime();
            turn.take();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return "p50 " + nanos[UNCONTENDED / 2] / 1000 + " us, p99 " + nanos[UNCONTENDED * 99 / 100] / 1000 + " us";
    }

    /** {@return how long a turn takes when all want one after the other, and what it costs the clients' processors} */
    private static String contended(List<Library> clients, int contenders, String path) throws Exception {
        int turnsOfEach = Math.max(2, TURNS / contenders);
        CountDownLatch ready = new CountDownLatch(contenders);
        CountDownLatch begin = new CountDownLatch(1);
        AtomicReference<Exception> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < contenders; i++) {
            Turn turn = clients.get(i % clients.size()).contender(path);
            Thread thread = new Thread(() -> {
                try {
                    ready.countDown();
                    begin.await();
                    for (int n = 0; n < turnsOfEach; n++) {
                        turn.take();
                    }
                } catch (Exception e) {
                    failure.compareAndSet(null, e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        ready.await();
        long start = System.nanoTime();
        long cpu = OS.getProcessCpuTime();
        begin.countDown();
        for (Thread thread : threads) {
            thread.join(TimeUnit.MINUTES.toMillis(5));
        }
        long spent = OS.getProcessCpuTime() - cpu;
        long taken = System.nanoTime() - start;
        Exception failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        long turns = (long) contenders * turnsOfEach;
        return taken / 1000 / turns + " us for each turn, " + spent / 1000 / turns + " us of it on processors here";
    }

    private static class Pinfold implements Library {
        final PinfoldClient client;

        Pinfold(String servers) {
            client = PinfoldClient.connect(servers);
        }

        @Override
        public Turn contender(String path) {
            return turn(DistributedLock.at(client, path));
        }

        static Turn turn(DistributedLock lock) {
            return () -> {
                try (Lease lease = lock.acquire()) {
                    lease.ensureHeld();
                }
            };
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static final class HandedOn extends Pinfold {
        private final Map<String, DistributedLock> locks = new HashMap<>();

        HandedOn(String servers) {
            super(servers);
        }

        @Override
        public Turn contender(String path) {
            return turn(locks.computeIfAbsent(
                    path,
                    each -> DistributedLock.builder(client, each)
                            .localHandOff(16)
                            .build()));
        }
    }

    private static final class Curator implements Library {
        private final CuratorFramework client;

        Curator(String servers) {
            client = CuratorFrameworkFactory.newClient(servers, 30_000, 30_000, new RetryForever(50));
            client.start();
        }

        @Override
        public Turn contender(String path) {
            InterProcessMutex mutex = new InterProcessMutex(client, path);
            return () -> {
                mutex.acquire();
                mutex.release();
            };
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
