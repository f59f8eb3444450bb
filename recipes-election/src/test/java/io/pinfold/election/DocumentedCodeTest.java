package io.pinfold.election;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.client.PinfoldClient;
import io.pinfold.testing.junit.PinfoldTest;
import io.pinfold.testing.junit.Share;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code of the document does what it says. */
@PinfoldTest(share = Share.PER_METHOD)
class DocumentedCodeTest {
    private static final String PATH = "/services/scheduler/leader";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Work work = new Work();

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void leadsUntilItIsInterrupted(PinfoldClient client, PinfoldClient other) {
        Future<?> leading = inBackground(() -> {
            DocumentedCode.lead(client, work);
            return null;
        });
        await().until(() -> work.told.contains("tick"));

        leading.cancel(true);

        await().until(() -> other.children(PATH).isEmpty());
    }

    @Test
    void leadsOnce(PinfoldClient client) throws Exception {
        try (LeaderElection election =
                LeaderElection.builder(client, PATH).candidate("node-3").build()) {
            DocumentedCode.leadOnce(election, work);
        }

        assertEquals(List.of("tick"), work.told);
    }

    @Test
    void leadsWhileItIsHealthy(PinfoldClient client, PinfoldClient other) {
        Future<?> leading = inBackground(() -> {
            DocumentedCode.leadWhileHealthy(client, work);
            return null;
        });
        await().until(() -> work.told.contains("work"));
        leading.cancel(true);

        await().until(() -> work.told.stream().anyMatch(line -> line.contains("ended: ")));
        await().until(() -> other.children(PATH).isEmpty());
    }

    @Test
    void leadsWithoutAThread(PinfoldClient client) {
        LeaderElection election =
                LeaderElection.builder(client, PATH).candidate("node-3").build();
        CompletableFuture<Void> run = DocumentedCode.lead(election, work);
        await().until(() -> work.told.contains("begin"));

        election.close();

        await().until(() -> work.told.contains("stop") && run.isDone());
    }

    @Test
    void observes(PinfoldClient client, PinfoldClient other) throws Exception {
        LeaderElection election =
                LeaderElection.builder(other, PATH).candidate("node-3").build();
        Leadership leadership = election.campaign();
        List<Optional<String>> targets = new CopyOnWriteArrayList<>();

        DocumentedCode.observe(client, targets::add);

        assertTrue(targets.contains(Optional.of("node-3")));
        assertTrue(leadership.isHeld());
        election.close();
    }

    private Future<?> inBackground(Callable<?> task) {
        return threads.submit(task);
    }

    private static final class Work implements DocumentedCode.Scheduler {
        private final List<String> told = new CopyOnWriteArrayList<>();

        @Override
        public void tick(long term) {
            if (!told.contains("tick")) {
                told.add("tick");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("stops when interrupted, as work should");
            }
        }

        @Override
        public boolean isHealthy() {
            return true;
        }

        @Override
        public void log(String line) {
            told.add(line);
        }

        @Override
        public void work(Leadership leadership) {
            told.add("work");
            try {
                leadership.ended().get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void begin(long term) {
            told.add("begin");
        }

        @Override
        public void stop() {
            told.add("stop");
        }
    }
}
