package io.pinfold.groups;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Presence;
import io.pinfold.testing.junit.PinfoldTest;
import io.pinfold.testing.junit.Share;
import io.pinfold.testing.kit.LiveEnsemble;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code of the documents does what they say. */
@PinfoldTest(share = Share.PER_METHOD)
class DocumentedCodeTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void membersKnowEachOther(PinfoldClient client, PinfoldClient others) throws Exception {
        Group<String> group = Group.at(others, "/groups/workers", Codec.TEXT);
        group.join("worker-1", "10.0.0.1:8080");
        group.join("worker-2", "10.0.0.2:9090");

        DocumentedCode.knowEachOther(client, new Router());

        assertTrue(
                told.containsAll(List.of("prefer worker-1", "route [worker-1, worker-2, worker-7]")), told::toString);
        await().until(() -> group.members().size() == 2);
    }

    @Test
    void anAddressIsKept(PinfoldClient client) {
        DocumentedCode.keepAnAddress(client, new Router());

        await().until(() -> told.contains("started") && told.contains("PRESENT"));
    }

    @Test
    void aGateIsWaitedAt(PinfoldClient client, PinfoldClient other) throws Exception {
        Future<?> waiting = inBackground(() -> {
            DocumentedCode.waitAtAGate(client, new Job(1));
            return null;
        });
        await().until(() -> other.exists("/gates/migration").isPresent());
        assertEquals(List.of(), told);

        DistributedBarrier.at(other, "/gates/migration").raise();

        waiting.get(20, TimeUnit.SECONDS);
        assertEquals(List.of("ran"), told);
    }

    @Test
    void fiveBeginAndEndTogether(LiveEnsemble ensemble) throws Exception {
        five(ensemble, client -> DocumentedCode.beginAndEndTogether(client, new Job(1)));

        assertEquals(5, told.size());
    }

    @Test
    void fiveGoInRounds(LiveEnsemble ensemble) throws Exception {
        five(ensemble, client -> DocumentedCode.goInRounds(client, new Job(2)));

        assertEquals(5, told.stream().filter("merged 0"::equals).count(), told::toString);
        assertEquals(5, told.stream().filter("merged 1"::equals).count(), told::toString);
    }

    @Test
    void partsAreCounted(PinfoldClient client, PinfoldClient other) throws Exception {
        DistributedLatch parts = DistributedLatch.open(other, "/latches/import-17", 12);
        for (int i = 0; i < 12; i++) {
            if (i != 7) {
                parts.countDown("part-" + i);
            }
        }

        DocumentedCode.countParts(client);

        assertEquals(12, parts.counted().size());
    }

    @Test
    void shardsAreDivided(PinfoldClient client, PinfoldClient other) throws Exception {
        DocumentedCode.divide(client, List.of("a", "b"), new Consumer());

        await().until(() -> other.children("/partitions/orders/members").isEmpty());
    }

    @Test
    void whoServesIsAsked(PinfoldClient client) throws Exception {
        ServiceRegistry registry = DocumentedCode.serve(client);
        registry.register(ServiceInstance.of("payments", "10.0.0.8", 8080).withMeta(ServiceInstance.ZONE, "eu-1"));

        assertEquals("http://10.0.0.8:8080/balance", DocumentedCode.ask(registry, uri -> uri.toString()));
    }

    private void five(LiveEnsemble ensemble, Program program) throws Exception {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            PinfoldClient client = ensemble.client("client-" + i);
            all.add(inBackground(() -> {
                program.run(client);
                return null;
            }));
        }
        for (Future<?> each : all) {
            each.get(20, TimeUnit.SECONDS);
        }
    }

    private Future<?> inBackground(Callable<?> task) {
        return threads.submit(task);
    }

    private interface Program {
        void run(PinfoldClient client) throws Exception;
    }

    private final class Router implements DocumentedCode.Router {
        @Override
        public void start() {
            told.add("started");
        }

        @Override
        public void show(Presence presence) {
            told.add(presence.toString());
        }

        @Override
        public void prefer(String worker) {
            told.add("prefer " + worker);
        }

        @Override
        public void route(Set<String> workers) {
            told.add("route " + workers);
        }

        @Override
        public void rebalance(List<Member<String>> joined, List<Member<String>> left) {
            told.add("rebalance");
        }
    }

    private final class Job implements DocumentedCode.Job {
        private final AtomicInteger rounds;

        Job(int rounds) {
            this.rounds = new AtomicInteger(rounds);
        }

        @Override
        public boolean goesOn() {
            return rounds.getAndDecrement() > 0;
        }

        @Override
        public void run() {
            told.add("ran");
        }

        @Override
        public void merge(long round) {
            told.add("merged " + round);
        }

        @Override
        public void repeat(long round) {
            told.add("repeats " + round);
        }
    }

    private final class Consumer implements DocumentedCode.Consumer {
        @Override
        public void open(String shard, long fencingToken) {
            told.add("open " + shard);
        }

        @Override
        public void close(String shard) {
            told.add("close " + shard);
        }
    }
}
