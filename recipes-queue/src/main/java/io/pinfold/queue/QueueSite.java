package io.pinfold.queue;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.Op;
import io.pinfold.PinfoldException;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.framework.Failures;
import io.pinfold.framework.SerialExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the parts of one queue share: the client, one progress for all of them, the place on the server, the leader's
 * time. The clock is confined to the progress; the rest is immutable.
 */
final class QueueSite {
    static final byte[] NOTHING = {};

    private final RecipeClient client;
    private final SerialExecutor progress;
    private final AsyncClient async;
    private final Layout layout;
    private final List<Acl> acl;
    private final ServerClock clock = new ServerClock();

    QueueSite(RecipeClient client, Layout layout, List<Acl> acl) {
        this.client = client;
        this.progress = new SerialExecutor(client.runtime().callbackExecutor());
        this.async = client.async(progress);
        this.layout = layout;
        this.acl = acl;
    }

    RecipeClient client() {
        return client;
    }

    ClientRuntime runtime() {
        return client.runtime();
    }

    /** {@return the calls whose completions and events run on the progress} */
    AsyncClient async() {
        return async;
    }

    /** {@return the same calls, which happen in this session or not at all} */
    AsyncClient in(Session session) {
        return client.bound(session, progress);
    }

    List<Acl> acl() {
        return acl;
    }

    Layout layout() {
        return layout;
    }

    ServerClock clock() {
        return clock;
    }

    long now() {
        return runtime().nanoTime();
    }

    /** Has something done on the progress, in the calling thread if it is idle. */
    void step(Runnable task) {
        progress.executeInline(task);
    }

    /** Has something done on the progress, later. */
    ClientRuntime.Cancellable later(Duration delay, Runnable task) {
        return runtime().schedule(delay, () -> progress.executeInline(task));
    }

    /** Has something done that may run users' code, so not on the progress. */
    void tell(Runnable task) {
        new SerialExecutor(runtime().callbackExecutor()).execute(task);
    }

    Op create(String path, byte[] data, CreateMode mode) {
        return new Op.Create(path, data, acl, mode, -1);
    }

    /** {@return completes when the queue's directories exist, whoever made them} */
    CompletableFuture<Void> layOut() {
        CompletableFuture<Void> roots = CompletableFuture.completedFuture(null);
        for (String path : layout.roots()) {
            roots = roots.thenCompose(done -> layOut(path));
        }
        List<Op> rest = layout.directories().stream()
                .map(path -> create(path, NOTHING, CreateMode.PERSISTENT))
                .toList();
        return roots.thenCompose(done -> async.multi(rest))
                .<Void>thenApply(created -> null)
                .exceptionallyCompose(QueueSite::fineIfItExists);
    }

    private CompletableFuture<Void> layOut(String path) {
        CreateOptions options = CreateOptions.PERSISTENT.withAcl(acl).withParents();
        return async.create(path, NOTHING, options)
                .<Void>thenApply(created -> null)
                .exceptionallyCompose(QueueSite::fineIfItExists);
    }

    private static CompletableFuture<Void> fineIfItExists(Throwable failure) {
        PinfoldException cause = Failures.causeOf(failure);
        return cause.code() == ErrorCode.NODE_EXISTS
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(cause);
    }

    /** {@return completes when the clock knows the leader's time} */
    CompletableFuture<Void> askTime() {
        return readTime()
                .exceptionallyCompose(failure -> Failures.causeOf(failure).code() == ErrorCode.NO_NODE
                        ? layOut().thenCompose(done -> readTime())
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<Void> readTime() {
        long sent = now();
        return async.set(layout.clock(), NOTHING, -1).thenAccept(stat -> clock.learn(sent, now(), stat.mtime()));
    }
}
