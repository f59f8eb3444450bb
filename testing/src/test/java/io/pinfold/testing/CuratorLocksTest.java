package io.pinfold.testing;

import static io.pinfold.testing.CuratorClients.PATIENCE;
import static io.pinfold.testing.CuratorClients.inThread;
import static io.pinfold.testing.CuratorClients.result;
import static io.pinfold.testing.CuratorClients.upToDate;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.server.Ensemble;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.barriers.DistributedBarrier;
import org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;
import org.apache.curator.framework.recipes.locks.InterProcessMultiLock;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreMutex;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.locks.Lease;
import org.apache.curator.framework.recipes.locks.Revoker;
import org.apache.curator.framework.recipes.nodes.GroupMember;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Curator's recipes by which clients wait for each other do what they promise, on one member and on three. */
@ParameterizedClass(name = "{0} members")
@ValueSource(ints = {1, 3})
@Timeout(180)
record CuratorLocksTest(int members) {
    private static Ensemble ensemble;
    private static CuratorClients clients;

    @BeforeParameterizedClassInvocation
    static void start(int members) throws Exception {
        ensemble = CuratorClients.members(members);
        clients = new CuratorClients(ensemble);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        clients.close();
        ensemble.close();
    }

    @AfterEach
    void takeClientsBack() {
        clients.takeBack();
    }

    @Test
    void aMutexExcludesOthersAndIsReentrant() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        List<Future<Integer>> contenders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            InterProcessMutex mutex = new InterProcessMutex(clients.connect(), "/mutex");
            contenders.add(inThread(() -> {
                int most = 0;
                for (int round = 0; round < 10; round++) {
                    mutex.acquire();
                    mutex.acquire();
                    most = Math.max(most, inside.incrementAndGet());
                    inside.decrementAndGet();
                    mutex.release();
                    mutex.release();
                }
                return most;
            }));
        }
        for (Future<Integer> contender : contenders) {
            assertEquals(1, result(contender));
        }
    }

    @Test
    void theHolderOfAMutexIsAskedToGiveItBack() throws Exception {
        InterProcessMutex mutex = new InterProcessMutex(clients.connect(), "/revocable");
        CountDownLatch asked = new CountDownLatch(1);
        mutex.makeRevocable(held -> asked.countDown());
        mutex.acquire();
        Revoker.attemptRevoke(
                upToDate(clients.connect()),
                mutex.getParticipantNodes().iterator().next());
        assertTrue(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        mutex.release();
    }

    @Test
    void readersShareAndAWriterIsAlone() throws Exception {
        InterProcessReadWriteLock one = new InterProcessReadWriteLock(clients.connect(), "/rw");
        InterProcessReadWriteLock two = new InterProcessReadWriteLock(clients.connect(), "/rw");
        one.readLock().acquire();
        assertTrue(two.readLock().acquire(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        Future<Boolean> writer = inThread(() -> two.writeLock().acquire(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        await().atMost(PATIENCE)
                .until(() -> !one.writeLock().getParticipantNodes().isEmpty());
        assertFalse(one.writeLock().acquire(50, TimeUnit.MILLISECONDS));
        one.readLock().release();
        assertFalse(writer.isDone());
        two.readLock().release();
        assertTrue(result(writer));
        assertFalse(one.readLock().acquire(50, TimeUnit.MILLISECONDS));
    }

    @Test
    void aSemaphoreGivesOutNoMorePlacesThanItHas() throws Exception {
        InterProcessSemaphoreV2 one = new InterProcessSemaphoreV2(clients.connect(), "/semaphore", 3);
        CuratorFramework owner = clients.connectAnew();
        InterProcessSemaphoreV2 two = new InterProcessSemaphoreV2(owner, "/semaphore", 3);
        two.acquire();
        List<Lease> leases = new ArrayList<>(one.acquire(2));
        assertNull(one.acquire(50, TimeUnit.MILLISECONDS));
        owner.close();
        Lease freed = one.acquire(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertEquals(3, one.getParticipantNodes().size());
        one.returnAll(leases);
        one.returnLease(freed);
        assertEquals(0, one.getParticipantNodes().size());
    }

    @Test
    void aMutexThatBelongsToNoThreadExcludesOthers() throws Exception {
        InterProcessSemaphoreMutex one = new InterProcessSemaphoreMutex(clients.connect(), "/semaphore-mutex");
        InterProcessSemaphoreMutex two = new InterProcessSemaphoreMutex(clients.connect(), "/semaphore-mutex");
        one.acquire();
        assertFalse(two.acquire(50, TimeUnit.MILLISECONDS));
        result(inThread(() -> {
            one.release();
            return true;
        }));
        assertTrue(two.acquire(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        two.release();
    }

    @Test
    void severalLocksAreTakenAllOrNone() throws Exception {
        CuratorFramework client = clients.connect();
        InterProcessMultiLock both = new InterProcessMultiLock(client, List.of("/multi/a", "/multi/b"));
        InterProcessMutex second = new InterProcessMutex(clients.connect(), "/multi/b");
        second.acquire();
        assertFalse(both.acquire(100, TimeUnit.MILLISECONDS));
        assertEquals(0, client.getChildren().forPath("/multi/a").size());
        second.release();
        assertTrue(both.acquire(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertFalse(second.acquire(50, TimeUnit.MILLISECONDS));
        both.release();
    }

    @Test
    void aLatchHasOneLeaderAndASuccessorWhenItsSessionExpires() throws Exception {
        CuratorFramework first = clients.connectAnew();
        try (LeaderLatch leader = new LeaderLatch(first, "/latch", "a");
                LeaderLatch other = new LeaderLatch(clients.connect(), "/latch", "b")) {
            leader.start();
            leader.await();
            other.start();
            await().atMost(PATIENCE).until(() -> other.getParticipants().size() == 2);
            assertFalse(other.hasLeadership());
            clients.expireSessionOf(first);
            assertTrue(other.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            await().atMost(PATIENCE).until(() -> !leader.hasLeadership());
        }
    }

    @Test
    void aSelectorLetsOneAfterTheOtherLead() throws Exception {
        ConcurrentLinkedQueue<String> led = new ConcurrentLinkedQueue<>();
        AtomicInteger leading = new AtomicInteger();
        List<LeaderSelector> selectors = new ArrayList<>();
        for (String id : List.of("a", "b", "c")) {
            LeaderSelector selector =
                    new LeaderSelector(clients.connect(), "/selector", new LeaderSelectorListenerAdapter() {
                        @Override
                        public void takeLeadership(CuratorFramework client) {
                            led.add(id + leading.incrementAndGet());
                            leading.decrementAndGet();
                        }
                    });
            selector.setId(id);
            selector.autoRequeue();
            selectors.add(selector);
        }
        selectors.forEach(LeaderSelector::start);
        await().atMost(PATIENCE).until(() -> Set.copyOf(led).size() == 3 && led.size() > 6);
        selectors.forEach(LeaderSelector::close);
        assertTrue(led.stream().allMatch(entry -> entry.endsWith("1")), led::toString);
    }

    @Test
    void aBarrierHoldsUntilItIsRemoved() throws Exception {
        DistributedBarrier keeper = new DistributedBarrier(clients.connect(), "/barrier");
        CuratorFramework other = clients.connect();
        DistributedBarrier waiting = new DistributedBarrier(other, "/barrier");
        keeper.setBarrier();
        upToDate(other);
        assertFalse(waiting.waitOnBarrier(50, TimeUnit.MILLISECONDS));
        Future<Boolean> through = inThread(() -> waiting.waitOnBarrier(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        keeper.removeBarrier();
        assertTrue(result(through));
    }

    @Test
    void aDoubleBarrierLetsAllInAndAllOut() throws Exception {
        List<Future<Boolean>> parties = new ArrayList<>();
        AtomicInteger inside = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            DistributedDoubleBarrier barrier = new DistributedDoubleBarrier(clients.connect(), "/double", 3);
            parties.add(inThread(() -> {
                boolean entered = barrier.enter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                inside.incrementAndGet();
                return barrier.leave(PATIENCE.toSeconds(), TimeUnit.SECONDS) && entered && inside.get() == 3;
            }));
        }
        for (Future<Boolean> party : parties) {
            assertTrue(result(party));
        }
    }

    @Test
    void aGroupHasTheMembersThatAreThere() throws Exception {
        CuratorFramework leaving = clients.connectAnew();
        try (GroupMember one = new GroupMember(clients.connect(), "/group", "one", "1".getBytes(UTF_8));
                GroupMember two = new GroupMember(leaving, "/group", "two")) {
            one.start();
            two.start();
            await().atMost(PATIENCE)
                    .until(() -> one.getCurrentMembers().keySet().equals(Set.of("one", "two")));
            await().atMost(PATIENCE)
                    .until(() -> two.getCurrentMembers().keySet().equals(Set.of("one", "two")));
            assertEquals("1", new String(two.getCurrentMembers().get("one"), UTF_8));
            two.close();
            await().atMost(PATIENCE)
                    .until(() -> one.getCurrentMembers().keySet().equals(Set.of("one")));
        }
    }
}
