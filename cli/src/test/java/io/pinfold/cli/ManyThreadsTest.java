package io.pinfold.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.ConnectionLostException;
import io.pinfold.NoNodeException;
import io.pinfold.OperationTimeoutException;
import io.pinfold.OutcomeUnknownException;
import io.pinfold.client.PinfoldClient;
import io.pinfold.election.LeaderElection;
import io.pinfold.election.Leadership;
import io.pinfold.framework.Codec;
import io.pinfold.groups.BrokenRoundException;
import io.pinfold.groups.DistributedCyclicBarrier;
import io.pinfold.groups.DistributedDoubleBarrier;
import io.pinfold.groups.DoubleBarrierEntry;
import io.pinfold.groups.Group;
import io.pinfold.locks.Acquirable;
import io.pinfold.locks.DistributedLock;
import io.pinfold.locks.DistributedReadWriteLock;
import io.pinfold.locks.DistributedSemaphore;
import io.pinfold.locks.JobGuard;
import io.pinfold.locks.LockSet;
import io.pinfold.queue.Delivery;
import io.pinfold.queue.WorkQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Threads that want things and do not: they try, wait for a moment, lose their interest, and are interrupted at any time. What
 * simulations with one thread cannot show: in the end nobody is stuck, and nothing is left of anybody while the sessions live.
 *
 * <p>With {@code -Dpinfold.threads.seconds=60} it takes so long.
 */
class ManyThreadsTest extends CommandScene {
    private static final int SECONDS = Integer.getInteger("pinfold.threads.seconds", 2);
    private static final int THREADS = 12;
    private static final int INTERRUPT_EVERY_MILLIS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Something that a thread does once, and leaves nothing of. */
    @FunctionalInterface
    private interface Deed {
        void run(Random chance) throws Exception;
    }

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger insideTheLock = new AtomicInteger();
    private final AtomicInteger deeds = new AtomicInteger();
    private volatile boolean over;

    @Test
    void whoGivesUpAtAnyMomentLeavesNothingBehind() throws Exception {
        try (PinfoldClient one = PinfoldClient.connect(server.connectString());
                PinfoldClient two = PinfoldClient.connect(server.connectString())) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                List<Deed> able = deeds(i % 2 == 0 ? one : two, i);
                Random chance = new Random(i);
                threads.add(new Thread(() -> live(able, chance), "thread-" + i));
            }
            threads.forEach(Thread::start);
            disturbUntilAllAreGone(threads);

            assertEquals(List.of(), List.copyOf(failures));
            assertTrue(deeds.get() > THREADS, "too slow to show anything");
            for (String directory : List.of(
                    "/threads/lock",
                    "/threads/both",
                    "/threads/permits/locks",
                    "/threads/permits/leases",
                    "/threads/a",
                    "/threads/b",
                    "/threads/job/running",
                    "/threads/election",
                    "/threads/group",
                    "/threads/rounds",
                    "/threads/dance",
                    "/threads/queue/claims")) {
                await(directory).atMost(PATIENCE).untilAsserted(() -> assertEquals(List.of(), childrenOf(directory)));
            }
        }
    }

    private void disturbUntilAllAreGone(List<Thread> threads) throws InterruptedException {
        Random chance = new Random(THREADS);
        ScheduledExecutorService disturber = Executors.newSingleThreadScheduledExecutor();
        try {
            disturber.scheduleAtFixedRate(
                    () -> threads.get(chance.nextInt(THREADS)).interrupt(),
                    INTERRUPT_EVERY_MILLIS,
                    INTERRUPT_EVERY_MILLIS,
                    TimeUnit.MILLISECONDS);
            disturber.schedule(() -> over = true, SECONDS, TimeUnit.SECONDS);
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(SECONDS) + PATIENCE.toMillis());
                assertTrue(!thread.isAlive(), () -> thread + " hangs in " + List.of(thread.getStackTrace()));
            }
        } finally {
            disturber.shutdownNow();
        }
    }

    private void live(List<Deed> able, Random chance) {
        while (!over) {
            try {
                able.get(chance.nextInt(able.size())).run(chance);
                deeds.incrementAndGet();
            } catch (InterruptedException
                    | ConnectionLostException // nobody answered in the moment for which it waited
                    | OutcomeUnknownException // interrupted while it waited for an answer
                    | OperationTimeoutException
                    | BrokenRoundException expected) {
                deeds.incrementAndGet();
            } catch (Exception | Error failure) {
                failures.add(failure);
            }
        }
    }

    private List<Deed> deeds(PinfoldClient with, int number) {
        DistributedLock lock = DistributedLock.at(with, "/threads/lock");
        DistributedReadWriteLock both = DistributedReadWriteLock.at(with, "/threads/both");
        DistributedSemaphore permits = DistributedSemaphore.builder(with, "/threads/permits")
                .permits(3)
                .build();
        LockSet set = LockSet.of(with, "/threads/a", "/threads/b");
        JobGuard job = JobGuard.builder(with, "/threads/job")
                .period(Duration.ofMillis(5))
                .build();
        WorkQueue<String> queue = WorkQueue.at(with, "/threads/queue", Codec.TEXT);
        LeaderElection election = LeaderElection.builder(with, "/threads/election")
                .candidate("candidate-" + number)
                .build();
        DistributedCyclicBarrier rounds = DistributedCyclicBarrier.at(with, "/threads/rounds", 2);
        DistributedDoubleBarrier dance = DistributedDoubleBarrier.at(with, "/threads/dance", 2);
        Group<String> group = Group.at(with, "/threads/group", Codec.TEXT);
        return List.of(
                chance -> want(lock, chance, this::beAlone),
                chance -> want(both.read(), chance, AutoCloseable::close),
                chance -> want(both.write(), chance, AutoCloseable::close),
                chance -> want(permits.permits(1 + chance.nextInt(3)), chance, AutoCloseable::close),
                chance -> want(set, chance, AutoCloseable::close),
                chance -> job.runIfDue(run -> {}),
                chance -> election.tryCampaign(moment(chance)).ifPresent(Leadership::close),
                chance -> rounds.await(moment(chance)),
                chance -> {
                    Optional<DoubleBarrierEntry> entry = dance.enter(moment(chance));
                    if (entry.isPresent()) {
                        entry.get().leave(moment(chance));
                    }
                },
                chance -> group.join("member-" + number, "here").close(),
                chance -> queue.put("item"),
                chance -> {
                    Optional<Delivery<String>> delivery = queue.take(moment(chance));
                    if (delivery.isPresent()) {
                        delivery.get().ack();
                    }
                });
    }

    /** What is done with what was given. */
    @FunctionalInterface
    private interface Use<L> {
        void of(L given) throws Exception;
    }

    private static <L extends AutoCloseable> void want(Acquirable<L> what, Random chance, Use<? super L> use)
            throws Exception {
        switch (chance.nextInt(4)) {
            case 0 -> use(what.tryAcquire(), use);
            case 1 -> use(what.tryAcquire(moment(chance)), use);
            case 2 -> use.of(what.acquire());
            default -> {
                CompletableFuture<L> answer = what.acquireAsync();
                long until = System.nanoTime() + chance.nextInt(1_000_000);
                while (System.nanoTime() < until && !answer.isDone()) {
                    Thread.onSpinWait();
                }
                if (!answer.cancel(false)) {
                    use.of(answer.join());
                }
            }
        }
    }

    private static <L> void use(Optional<? extends L> given, Use<? super L> use) throws Exception {
        if (given.isPresent()) {
            use.of(given.get());
        }
    }

    private void beAlone(AutoCloseable lease) throws Exception {
        assertEquals(1, insideTheLock.incrementAndGet(), "two have the lock");
        insideTheLock.decrementAndGet();
        lease.close();
    }

    private static Duration moment(Random chance) {
        return Duration.ofNanos(chance.nextInt(5_000_000));
    }

    private static List<String> childrenOf(String directory) {
        try {
            return client.children(directory);
        } catch (NoNodeException e) {
            return List.of();
        }
    }
}
