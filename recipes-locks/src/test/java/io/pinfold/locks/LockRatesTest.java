package io.pinfold.locks;

import io.pinfold.client.CreateOptions;
import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Lease;
import io.pinfold.testing.rates.Rates;
import io.pinfold.testing.rates.Round;
import io.pinfold.testing.rates.Trial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryOneTime;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** How fast the lock is beside Curator's, on either server; see docs/contributing.md. */
@EnabledIfSystemProperty(named = "pinfold.rates", matches = "true")
class LockRatesTest {
    private static final int CLIENTS = 10;
    private static final int FRONT = 100;
    private static final int CROWD = Integer.getInteger("pinfold.rates.crowd", 10_000);

    /** Takes the lock, and gives what gives it back. */
    private interface Turn {
        AutoCloseable hold() throws Exception;
    }

    /** A client. */
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
        try (Rates rates = Rates.start("Locks", data)) {
            int turns = Rates.times(2000);
            rates.row(
                    "lock: acquire and release",
                    (servers, path) -> new Alone(new Pinfold(servers), path, turns),
                    (servers, path) -> new Alone(new Curator(servers), path, turns));
            for (int contenders : new int[] {2, 10, 100}) {
                contended(rates, contenders, 2 * turns);
            }
            contended(rates);
        }
    }

    private static void contended(Rates rates, int contenders, int turns) throws InterruptedException {
        int ofEach = Math.max(2, turns / contenders);
        rates.row(
                "lock: hand-over, " + contenders + " contenders",
                (servers, path) -> new Crowd(Pinfold::new, servers, path, contenders, ofEach),
                (servers, path) -> new Crowd(Curator::new, servers, path, contenders, ofEach));
    }

    /** Those in front contend; behind them are znodes that only wait, as those of thousands of others would. */
    private static void contended(Rates rates) throws InterruptedException {
        rates.row(
                "lock: hand-over, the first " + FRONT + " of " + CROWD + " waiters",
                (servers, path) -> new Crowd(Pinfold::new, servers, path, FRONT, 1).before(CROWD - FRONT),
                (servers, path) -> new Crowd(Curator::new, servers, path, FRONT, 1).before(CROWD - FRONT));
    }

    /** One contender, turn after turn. */
    private record Alone(Library library, String path, int turns) implements Trial<Exception> {
        @Override
        public void run(Round round) throws Exception {
            Turn turn = library.contender(path);
            turn.hold().close();
            for (int i = 0; i < turns; i++) {
                long start = System.nanoTime();
                turn.hold().close();
                round.record(System.nanoTime() - start);
            }
        }

        @Override
        public void close() {
            library.close();
        }
    }

    /** Many contenders, each a thread; timed from the moment when one gives the lock back until the next one has it. */
    private static final class Crowd implements Trial<Exception> {
        private static final long SMALL_STACK = 128 * 1024;

        private final List<Library> clients = new ArrayList<>();
        private final AtomicReference<Exception> failure = new AtomicReference<>();
        private final String path;
        private final int contenders;
        private final int turnsOfEach;
        private final PinfoldClient others;
        private int behind;
        /** Guarded by the lock that is measured. */
        private volatile long released;

        Crowd(Connect connect, String servers, String path, int contenders, int turnsOfEach) {
            this.path = path;
            this.contenders = contenders;
            this.turnsOfEach = turnsOfEach;
            this.others = PinfoldClient.connect(servers);
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(connect.to(servers));
            }
        }

        Crowd before(int waiters) {
            behind = waiters;
            return this;
        }

        @Override
        public void run(Round round) throws Exception {
            AutoCloseable first = behind > 0 ? clients.get(0).contender(path).hold() : () -> {};
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < contenders; i++) {
                Turn turn = clients.get(i % CLIENTS).contender(path);
                Thread thread = new Thread(null, () -> take(turn, round), "contender-" + i, SMALL_STACK);
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
            if (behind > 0) {
                queueUpBehind();
            }
            first.close();
            for (Thread thread : threads) {
                thread.join();
            }
            if (failure.get() != null) {
                throw failure.get();
            }
        }

        private void queueUpBehind() {
            Awaitility.await().until(() -> others.children(path).size() == contenders + 1);
            List<CompletableFuture<String>> made = new ArrayList<>();
            for (int i = 0; i < behind; i++) {
                String name = path + "/_c_" + UUID.randomUUID() + "-lock-";
                made.add(others.async()
                        .create(name, new byte[0], CreateOptions.EPHEMERAL_SEQUENTIAL)
                        .thenApply(node -> name));
            }
            CompletableFuture.allOf(made.toArray(new CompletableFuture<?>[0])).join();
        }

        private void take(Turn turn, Round round) {
            try {
                for (int n = 0; n < turnsOfEach; n++) {
                    AutoCloseable held = turn.hold();
                    if (released != 0) {
                        round.record(System.nanoTime() - released);
                    }
                    released = System.nanoTime();
                    held.close();
                }
            } catch (Exception e) {
                failure.compareAndSet(null, e);
            }
        }

        @Override
        public void close() {
            clients.forEach(Library::close);
            others.close();
        }
    }

    private static final class Pinfold implements Library {
        private final PinfoldClient client;

        Pinfold(String servers) {
            client = PinfoldClient.connect(servers);
        }

        @Override
        public Turn contender(String path) {
            DistributedLock lock = DistributedLock.at(client, path);
            return () -> {
                Lease lease = lock.acquire();
                lease.ensureHeld();
                return lease;
            };
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static final class Curator implements Library {
        private final CuratorFramework client;

        Curator(String servers) {
            client = CuratorFrameworkFactory.newClient(servers, 30_000, 30_000, new RetryOneTime(50));
            client.start();
        }

        @Override
        public Turn contender(String path) {
            InterProcessMutex mutex = new InterProcessMutex(client, path);
            return () -> {
                mutex.acquire();
                return mutex::release;
            };
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
