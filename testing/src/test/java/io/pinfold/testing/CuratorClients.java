package io.pinfold.testing;

import io.pinfold.server.Ensemble;
import io.pinfold.server.ServicePolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;

/**
 * Released Curator clients of members of ours, and threads for them. To start and close one takes longer than most tests, so one
 * test after the other gets the same ones. Not thread-safe.
 */
final class CuratorClients implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Ensemble ensemble;
    private final List<CuratorFramework> shared = new ArrayList<>();
    private final List<CuratorFramework> own = new ArrayList<>();
    private int lent;

    CuratorClients(Ensemble ensemble) {
        this.ensemble = ensemble;
    }

    /** {@return members in memory, as all tests with Curator want them} */
    static Ensemble members(int count) throws IOException, InterruptedException {
        return Ensemble.builder(count)
                .config(config -> config.withMaxClientCnxns(0)
                        .withMaxSessionTimeout(Duration.ofMinutes(1))
                        .withPolicy(ServicePolicy.defaults().withExtendedTypes(true)))
                .start();
    }

    /** {@return a client that this test has not got yet; other tests get it later, so it must stay as it is} */
    CuratorFramework connect() {
        if (lent == shared.size()) {
            shared.add(start());
        }
        return shared.get(lent++);
    }

    /** {@return a client for this test alone, which may close it or lose its session} */
    CuratorFramework connectAnew() {
        CuratorFramework client = start();
        own.add(client);
        return client;
    }

    private CuratorFramework start() {
        CuratorFramework client =
                CuratorFrameworkFactory.newClient(ensemble.connectString(), 30_000, 15_000, new RetryForever(100));
        client.start();
        return client;
    }

    /** Takes all clients back: the next test begins. */
    void takeBack() {
        own.forEach(CuratorFramework::close);
        own.clear();
        lent = 0;
    }

    /** {@return the client, whose next reads see what was done before: its member may be behind} */
    static CuratorFramework upToDate(CuratorFramework client) throws Exception {
        client.sync().forPath("/");
        return client;
    }

    void expireSessionOf(CuratorFramework client) throws Exception {
        long session = client.getZookeeperClient().getZooKeeper().getSessionId();
        ensemble.server(ensemble.awaitLeader(PATIENCE)).expireSession(session);
    }

    /** Starts something in a thread of its own: Curator's locks belong to threads. */
    static <T> Future<T> inThread(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    static <T> T result(Future<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        takeBack();
        shared.forEach(CuratorFramework::close);
    }
}
