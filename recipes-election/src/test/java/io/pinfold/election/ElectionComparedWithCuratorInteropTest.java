package io.pinfold.election;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinfold.WatchMode;
import io.pinfold.client.PinfoldClient;
import io.pinfold.server.PinfoldServer;
import io.pinfold.server.ServerConfig;
import io.pinfold.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;
import org.apache.curator.framework.state.ConnectionStateErrorPolicy;
import org.apache.curator.framework.state.SessionConnectionStateErrorPolicy;
import org.apache.curator.framework.state.StandardConnectionStateErrorPolicy;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same trouble for Curator 5.9.0's elections and for ours, side by side, on the same server and network. */
@Timeout(90)
class ElectionComparedWithCuratorInteropTest {
    private static final Duration SESSION = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int CONNECTION_TIMEOUT_MILLIS = 1000;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private PinfoldServer server;
    private FaultProxy network;

    @BeforeEach
    void start() throws Exception {
        server = open(PinfoldServer.start(ServerConfig.standalone()
                .withClientPort(0)
                .withTickTime(Duration.ofMillis(250))
                .withMinSessionTimeout(Duration.ofSeconds(1))));
        network = open(FaultProxy.to(server.clientPort()));
    }

    @AfterEach
    void close() throws Exception {
        network.restore();
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void aLeaderThatIsCutOffAndKeepsLeadingWhileItsSessionMayLive() throws Exception {
        ConnectionStateErrorPolicy lostOnly = new SessionConnectionStateErrorPolicy();
        LeaderLatch curatorsFirst = latch(curator(network.port(), lostOnly), "first");
        assertTrue(curatorsFirst.await(20, TimeUnit.SECONDS));
        LeaderLatch curatorsSecond = latch(curator(server.clientPort(), lostOnly), "second");
        Leadership ourFirst = pinfold(network.port()).campaign();
        CompletableFuture<Boolean> ourTwo =
                pinfold(server.clientPort()).campaignAsync().thenApply(second -> ourFirst.isHeld());

        network.stall(); // nobody hangs up: the network just swallows everything

        assertTrue(curatorsSecond.await(20, TimeUnit.SECONDS));
        assertTrue(curatorsFirst.hasLeadership(), "two of Curator's lead at the same time");
        assertFalse(ourTwo.get(20, TimeUnit.SECONDS), "of ours the first knew that it leads no more");
    }

    @Test
    void aConnectionThatIsLostForAMoment() throws Exception {
        AtomicInteger elected = new AtomicInteger();
        AtomicInteger deposed = new AtomicInteger();
        LeaderLatch curators =
                new LeaderLatch(curator(network.port(), new StandardConnectionStateErrorPolicy()), "/curator", "only");
        curators.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader() {
                elected.incrementAndGet();
            }

            @Override
            public void notLeader() {
                deposed.incrementAndGet();
            }
        });
        open(curators).start();
        Leadership ours = pinfold(network.port()).campaign();
        await().atMost(PATIENCE).until(() -> elected.get() == 1);

        network.cut();

        await().atMost(PATIENCE).until(() -> elected.get() == 2);
        assertEquals(1, deposed.get(), "Curator's leader is deposed and elected again");
        await().atMost(PATIENCE).until(ours::isHeld);
        assertFalse(ours.ended().isDone(), "ours leads on");
    }

    @Test
    void aSlowListenerOfSomethingElse() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch slow = new CountDownLatch(2);
        CountDownLatch curatorsResigns = new CountDownLatch(1);
        CountDownLatch curatorsTookOver = new CountDownLatch(1);
        open(release::countDown);
        CuratorFramework curator = curator(server.clientPort(), new StandardConnectionStateErrorPolicy());
        LeaderSelector curatorsFirst = selector(
                curator(server.clientPort(), new StandardConnectionStateErrorPolicy()), curatorsResigns::await);
        await().atMost(PATIENCE).until(curatorsFirst::hasLeadership);
        selector(curator, curatorsTookOver::countDown);
        PinfoldClient client = client(server.clientPort());
        Leadership ourFirst = pinfold(server.clientPort()).campaign();
        CompletableFuture<Leadership> ourSecond =
                LeaderElection.at(client, "/ours").campaignAsync();
        await().atMost(PATIENCE)
                .until(() -> client.children("/ours").size() == 2
                        && client.children("/selectors").size() == 2);

        CuratorCache cache = open(CuratorCache.build(curator, "/elsewhere"));
        cache.listenable().addListener((type, before, after) -> block(slow, release));
        cache.start();
        client.watch("/elsewhere", WatchMode.PERSISTENT, event -> block(slow, release));
        client.create("/elsewhere", null);
        assertTrue(slow.await(20, TimeUnit.SECONDS));
        curatorsResigns.countDown();
        ourFirst.resign();

        assertTrue(ourSecond.get(20, TimeUnit.SECONDS).isHeld(), "ours takes over beside the slow listener");
        assertFalse(curatorsTookOver.await(1, TimeUnit.SECONDS), "Curator's waits for the listener");
        release.countDown();
        assertTrue(curatorsTookOver.await(20, TimeUnit.SECONDS));
    }

    @Test
    void anOutageWhileACandidateWaits() throws Exception {
        CountDownLatch curatorsLeads = new CountDownLatch(1);
        LeaderSelector curatorsFirst =
                selector(curator(server.clientPort(), new StandardConnectionStateErrorPolicy()), curatorsLeads::await);
        await().atMost(PATIENCE).until(curatorsFirst::hasLeadership);
        LeaderSelector curatorsSecond =
                selector(curator(network.port(), new StandardConnectionStateErrorPolicy()), () -> {});
        Leadership ourFirst = pinfold(server.clientPort()).campaign();
        CompletableFuture<Leadership> ourSecond = pinfold(network.port()).campaignAsync();
        PinfoldClient onlooker = client(server.clientPort());
        await().atMost(PATIENCE)
                .until(() -> onlooker.children("/selectors").size() == 2
                        && onlooker.children("/ours").size() == 2);

        network.refuse(true);
        network.cut();
        await().atMost(PATIENCE)
                .until(() -> onlooker.children("/selectors").size() == 1
                        && onlooker.children("/ours").size() == 1); // their sessions are over
        network.refuse(false);

        ourFirst.resign();
        assertTrue(ourSecond.get(20, TimeUnit.SECONDS).isHeld(), "ours waited, and leads");
        await().atMost(PATIENCE)
                .until(curatorsSecond::requeue); // true: Curator's stood in no queue, and had said nothing
        curatorsLeads.countDown();
    }

    private LeaderSelector selector(CuratorFramework with, LeaderBodyOfCurator body) {
        LeaderSelector selector = open(new LeaderSelector(with, "/selectors", new LeaderSelectorListenerAdapter() {
            @Override
            public void takeLeadership(CuratorFramework client) throws Exception {
                body.lead();
            }
        }));
        selector.start();
        return selector;
    }

    /** What a leader with Curator does. */
    private interface LeaderBodyOfCurator {
        void lead() throws Exception;
    }

    private static void block(CountDownLatch begun, CountDownLatch until) {
        begun.countDown();
        try {
            until.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private LeaderLatch latch(CuratorFramework with, String id) throws Exception {
        LeaderLatch latch = new LeaderLatch(with, "/curator", id);
        latch.start();
        open(() -> {
            if (latch.getState() != LeaderLatch.State.CLOSED) { // to close it twice is an error
                latch.close();
            }
        });
        return latch;
    }

    private LeaderElection pinfold(int port) {
        return LeaderElection.at(client(port), "/ours");
    }

    private PinfoldClient client(int port) {
        return open(PinfoldClient.builder("127.0.0.1:" + port)
                .sessionTimeout(SESSION)
                .build());
    }

    private CuratorFramework curator(int port, ConnectionStateErrorPolicy policy) {
        CuratorFramework client = CuratorFrameworkFactory.builder()
                .connectString("127.0.0.1:" + port)
                .sessionTimeoutMs((int) SESSION.toMillis())
                .connectionTimeoutMs(CONNECTION_TIMEOUT_MILLIS)
                .connectionStateErrorPolicy(policy)
                .retryPolicy(new RetryOneTime(50))
                .build();
        client.start();
        return open(client);
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(closeable);
        return closeable;
    }
}
