package io.pinfold.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.pinfold.SessionExpiredException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.config.DistributedCounter;
import io.pinfold.framework.Lease;
import io.pinfold.locks.DistributedLock;
import io.pinfold.server.Ensemble;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/*
 * What it shows:   three workers take turns with a lock and count together, while everything around them breaks.
 * The guarantee:   every turn is counted once, and the tokens of the turns only grow.
 * The failure:     the leader is killed, a connection is cut, a session ends; not on servers elsewhere.
 */
public final class ChaosSample {
    private static final String PATH = "/samples/chaos";
    private final Semaphore progress = new Semaphore(0); // a permit for each turn
    private final AtomicLong newestToken = new AtomicLong(); // what a store that the lock protects would remember
    private final AtomicInteger counted = new AtomicInteger();

    private ChaosSample() {}

    /** Plays on the servers that are named, as in {@code host:port}, or else on three members inside this process. */
    public static void main(String[] args)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        BiConsumer<String, String> say = (who, what) -> System.out.println(who + ": " + what);
        if (args.length > 0) {
            say.accept("ok", run(args[0], Optional.empty(), say));
            return;
        }
        try (Ensemble members = Ensemble.start(3)) {
            say.accept("ok", run(members.connectString(), Optional.of(members), say));
        }
    }

    static String run(String servers, Optional<Ensemble> members, BiConsumer<String, String> say)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        ChaosSample store = new ChaosSample();
        try (PinfoldClient ada = PinfoldClient.connect(servers);
                PinfoldClient bob = PinfoldClient.connect(servers);
                PinfoldClient cleo = PinfoldClient.connect(servers)) {
            ada.awaitConnected(Duration.ofSeconds(5)); // acquire() would wait for servers for as long as it takes
            long before = DistributedCounter.at(ada, PATH + "-counter").get();
            CompletableFuture<?>[] workers = Stream.of(ada, bob, cleo)
                    .map(each -> CompletableFuture.runAsync(() -> store.work(each), work -> new Thread(work).start()))
                    .toArray(CompletableFuture<?>[]::new);
            say.accept("workers", "ada, bob and cleo take 30 turns each");
            if (members.isPresent()) {
                store.breakThings(members.get(), bob, cleo, say);
            }
            CompletableFuture.allOf(workers).get(60, SECONDS);
            long counter = DistributedCounter.at(ada, PATH + "-counter").get() - before;
            if (counter != store.counted.get()) {
                throw new AssertionError("every turn is counted once, and not " + counter + " for " + store.counted);
            }
        }
        return store.counted + " turns in the order of their tokens, and each counted once.";
    }

    private void work(PinfoldClient client) {
        DistributedCounter counter = DistributedCounter.at(client, PATH + "-counter");
        for (int i = 0; i < 30; i++) {
            try (Lease lease = DistributedLock.at(client, PATH).acquireAsync().join()) {
                if (newestToken.getAndAccumulate(lease.fencingToken(), Math::max) < lease.fencingToken()) {
                    counter.incrementAndGet();
                    counted.incrementAndGet();
                }
            } catch (SessionExpiredException e) {
                // nothing was counted
            }
            progress.release();
        }
    }

    private void breakThings(Ensemble members, PinfoldClient bob, PinfoldClient cleo, BiConsumer<String, String> say)
            throws IOException, InterruptedException {
        progress.acquire(10);
        int leader = members.leader().orElse(1);
        say.accept("fault", "member " + leader + ", the leader, is killed");
        members.kill(leader);
        progress.acquire(10);
        say.accept("fault", "it comes back; bob's connection is cut, and cleo's session ends");
        members.restart(leader);
        members.dropConnection(bob.session().id());
        members.expireSession(cleo.session().id());
    }
}
