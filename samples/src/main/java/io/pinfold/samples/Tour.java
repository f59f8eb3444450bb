package io.pinfold.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinfold.BadVersionException;
import io.pinfold.Op;
import io.pinfold.TransactionFailedException;
import io.pinfold.client.Node;
import io.pinfold.client.PinfoldClient;
import io.pinfold.locks.DistributedLock;
import io.pinfold.server.Ensemble;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What {@code pinfold demo} shows: every primitive, one after the other, and how long the operations take. */
public final class Tour {
    private static final int TURNS = 20;
    private static final int PIPELINE = 100;
    private static final byte[] VALUE = new byte[100];
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Stage stage;
    private final Narrator say;
    private final int rounds;
    private final Latencies latencies = new Latencies();

    /**
     * Prepares a tour.
     *
     * @param stage the server to use
     * @param say tells what happens
     */
    public Tour(Stage stage, Narrator say) {
        this(stage, say, 1000);
    }

    /** Measures each operation so many times. */
    Tour(Stage stage, Narrator say, int rounds) {
        this.stage = stage;
        this.say = say;
        this.rounds = rounds;
    }

    /**
     * Gives the tour, in about ten seconds.
     *
     * @throws BrokenPromise if something did not hold that must
     * @throws io.pinfold.PinfoldException if the server cannot be reached
     * @throws InterruptedException if the thread is interrupted
     */
    public void run() throws InterruptedException {
        say.title("pinfold demo", stage.describe());
        say.chapter("znodes", "small values in a tree, each with a version; several changes as one");
        say.ok(znodes());
        for (Sample sample : Sample.all()) {
            say.chapter(sample.name(), sample.shows());
            say.ok(sample.run(stage, say));
        }
        say.chapter("crowd", "three clients want the same lock " + TURNS + " times each");
        say.ok(crowd());
        failover();
        say.chapter("latency", "one call after the other, over sockets, the servers in memory");
        measure();
        next();
    }

    private String znodes() {
        String path = stage.path("account");
        String log = path + "/log";
        try (PinfoldClient ada = PinfoldClient.connect(stage.servers());
                PinfoldClient bob = PinfoldClient.connect(stage.servers())) {
            ada.create(path, "100".getBytes(UTF_8));
            Node seen = ada.get(path);
            say.tell("ada", "reads 100 in version " + seen.version());
            bob.set(path, "70".getBytes(UTF_8), seen.version());
            say.tell("bob", "sets 70; the version becomes " + bob.get(path).version());
            try {
                ada.set(path, "90".getBytes(UTF_8), seen.version());
                BrokenPromise.unless(false, "a change that expects an old version is refused");
            } catch (BadVersionException e) {
                say.tell("ada", "wants to set 90 in version " + seen.version() + " and is refused: " + e.code());
            }
            ada.multi(Op.create(log, "70 -> 60".getBytes(UTF_8)), Op.set(path, "60".getBytes(UTF_8), 1));
            say.tell("ada", "sets 60 and writes a log entry in one transaction");
            try {
                bob.multi(Op.delete(log), Op.set(path, "0".getBytes(UTF_8), 1));
                BrokenPromise.unless(false, "a transaction with an operation that fails is refused");
            } catch (TransactionFailedException e) {
                say.tell("bob", "fails in the second half of a transaction; the first half did not happen either");
            }
            BrokenPromise.unless(bob.exists(log).isPresent(), "a failed transaction changes nothing");
            bob.multi(Op.delete(log), Op.delete(path));
        }
        return "no lost update, no half transaction.";
    }

    private String crowd() throws InterruptedException {
        String path = stage.path("crowd");
        Section section = new Section();
        long begin = System.nanoTime();
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            PinfoldClient client = PinfoldClient.connect(stage.servers());
            workers.add(takeTurns(DistributedLock.at(client, path), section, TURNS)
                    .whenComplete((done, failure) -> client.close()));
        }
        for (CompletableFuture<Void> worker : workers) {
            await(worker);
        }
        long micros = (System.nanoTime() - begin) / 1000 / (3 * TURNS);
        say.tell(
                "crowd",
                section.entries + " turns in order of arrival, " + micros + " us each; the last token was "
                        + section.newestToken);
        BrokenPromise.unless(section.entries.get() == 3 * TURNS, "everybody gets every turn");
        BrokenPromise.unless(section.overlaps.get() == 0, "a lock has one holder at a time, and tokens increase");
        return "one at a time, and every token larger than the one before.";
    }

    private static void await(CompletableFuture<Void> worker) throws InterruptedException {
        try {
            worker.get(5, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new BrokenPromise("everybody gets every turn", e);
        }
    }

    /** Each turn begins when the last one is over, without a thread that waits. */
    private static CompletableFuture<Void> takeTurns(DistributedLock lock, Section section, int turns) {
        if (turns == 0) {
            return CompletableFuture.completedFuture(null);
        }
        return lock.acquireAsync().thenCompose(lease -> {
            section.enter(lease.fencingToken());
            lease.close();
            return takeTurns(lock, section, turns - 1);
        });
    }

    private void failover() throws InterruptedException {
        Ensemble ensemble = stage.ensemble();
        if (ensemble == null || ensemble.size() < 3) {
            return;
        }
        say.chapter("failover", "the leader is killed while a client writes");
        int leader = ensemble.awaitLeader(PATIENCE);
        String survivor = ensemble.connectString(leader == 1 ? 2 : 1);
        String path = stage.path("survivor");
        try (PinfoldClient ada = PinfoldClient.connect(survivor)) {
            ada.create(path, VALUE);
            say.tell("ada", "writes through member " + (leader == 1 ? 2 : 1) + "; member " + leader + " leads");
            CompletableFuture<Void> kill = CompletableFuture.completedFuture(null);
            long longest = 0;
            for (int i = 1; i <= rounds; i++) {
                if (i == rounds / 2) {
                    say.tell("fault", "member " + leader + " is killed");
                    kill = CompletableFuture.runAsync(() -> ensemble.kill(leader));
                }
                long begin = System.nanoTime();
                ada.set(path, VALUE);
                longest = Math.max(longest, System.nanoTime() - begin);
            }
            await(kill);
            int successor = ensemble.awaitLeader(PATIENCE);
            say.tell(
                    "ada",
                    "wrote " + rounds + " times; member " + successor + " leads, and the longest write took "
                            + longest / 1_000_000 + " ms");
            BrokenPromise.unless(ada.get(path).version() == rounds, "every write happens, and happens once");
            ensemble.restart(leader);
            ensemble.awaitServing(PATIENCE);
            say.tell("fault", "member " + leader + " is back and has learned what it missed");
            ada.delete(path);
        } catch (IOException e) {
            throw new BrokenPromise("a killed member comes back", e);
        }
        say.ok("every write once, on a connection that was never lost.");
    }

    private void measure() throws InterruptedException {
        String path = stage.path("measured");
        try (PinfoldClient client = PinfoldClient.connect(stage.servers())) {
            DistributedLock lock = DistributedLock.at(client, stage.path("measured-lock"));
            client.create(path, VALUE);
            for (int i = 0; i < rounds; i++) { // lets the JVM compile what is measured
                client.get(path);
                client.set(path, VALUE);
            }
            latencies.measure("read", rounds, () -> client.get(path));
            latencies.measure("write", rounds, () -> client.set(path, VALUE));
            latencies.measure("create and delete", rounds, () -> {
                client.create(path + "/child", VALUE);
                client.delete(path + "/child");
            });
            latencies.measure("transaction of 2", rounds, () -> client.multi(Op.check(path), Op.set(path, VALUE)));
            latencies.measure(
                    "lock and unlock", rounds, () -> lock.acquire().closeAsync().join());
            latencies.measure(PIPELINE + " reads, pipelined", Math.max(1, rounds / 10), () -> {
                List<CompletableFuture<Node>> reads = new ArrayList<>();
                for (int i = 0; i < PIPELINE; i++) {
                    reads.add(client.async().get(path, null));
                }
                reads.get(PIPELINE - 1).join();
            });
            client.delete(path);
        }
        latencies.print(say);
    }

    private void next() {
        say.line("");
        say.heading("Next");
        say.line("  ./pinfold sample            one primitive at a time; each is one file to copy from");
        say.line("  ./pinfold server            a durable server on 127.0.0.1:2181, for any ZooKeeper client");
        say.line("  README.md                   the lock in twelve lines, and how to add the dependency");
    }

    /** A critical section that notices when two are in it. Thread-safe. */
    private static final class Section {
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger entries = new AtomicInteger();
        private final AtomicInteger overlaps = new AtomicInteger();
        private final AtomicLong newestToken = new AtomicLong();

        private void enter(long token) {
            if (inside.incrementAndGet() > 1 || newestToken.getAndSet(token) >= token) {
                overlaps.incrementAndGet();
            }
            Thread.yield(); // gives the others a chance to come in, if they can
            entries.incrementAndGet();
            inside.decrementAndGet();
        }
    }
}
