package io.pinfold.locks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * Pinfold and Curator contend for the same thing while all connections are cut: once, or again and again for as long as
 * {@code -Dpinfold.contest.seconds=60} says.
 */
@Timeout(300)
abstract class CuratorContest extends RecipeScene {
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final int SESSION_TIMEOUT_MILLIS = 30_000;
    private static final int ENTRIES_BETWEEN_CUTS = 15;
    private static final Duration CONTEST = Duration.ofSeconds(Long.getLong("pinfold.contest.seconds", 0));

    final AtomicInteger entriesOfPinfold = new AtomicInteger();
    final AtomicInteger entriesOfCurator = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private int cuts;
    private volatile boolean stopped;

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** Has everybody go in and out until everybody got in often enough. */
    final void contend(List<Callable<Void>> turns) throws Exception {
        List<Future<Void>> workers = new ArrayList<>();
        turns.forEach(turn -> workers.add(threads.submit(() -> {
            while (!stopped) {
                turn.call();
            }
            return null;
        })));
        long start = System.nanoTime();
        do {
            awaitMoreEntries(workers);
            network.cut();
            awaitMoreEntries(workers);
            cuts++;
        } while (System.nanoTime() - start < CONTEST.toNanos()
                && workers.stream().noneMatch(Future::isDone));
        stopped = true;
        for (Future<Void> worker : workers) {
            worker.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        assertTrue(entriesOfPinfold.get() >= cuts, "Pinfold got in " + entriesOfPinfold + " times");
        assertTrue(entriesOfCurator.get() >= cuts, "Curator got in " + entriesOfCurator + " times");
    }

    private int entries() {
        return entriesOfPinfold.get() + entriesOfCurator.get();
    }

    private void awaitMoreEntries(List<Future<Void>> workers) {
        int target = entries() + ENTRIES_BETWEEN_CUTS;
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> entries() >= target || workers.stream().anyMatch(Future::isDone));
    }

    final PinfoldClient pinfold() {
        return open(PinfoldClient.builder(network.connectString())
                .sessionTimeout(Duration.ofMillis(SESSION_TIMEOUT_MILLIS))
                .build());
    }

    final CuratorFramework curator() {
        CuratorFramework client = CuratorFrameworkFactory.newClient(
                network.connectString(), SESSION_TIMEOUT_MILLIS, SESSION_TIMEOUT_MILLIS, new RetryForever(50));
        client.start();
        return open(client);
    }
}
