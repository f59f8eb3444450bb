package io.pinfold.framework;

import io.pinfold.NoNodeException;
import io.pinfold.PinfoldException;
import io.pinfold.WatchEvent;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
import io.pinfold.client.Watcher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A lease on ephemeral znodes that a recipe created by itself, outside of a queue: permits, a place taken over from
 * another. It stands for all of them: the lease is lost when one is deleted, and deletes all when it is given back. Costs
 * one watch for each znode.
 *
 * <p>Confined to its own progress, which runs on the client's callback executor, but for the deletions; the lease is
 * thread-safe.
 */
public final class LeasedNodes {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final RecipeClient client;
    private final ClientRuntime runtime;
    private final SerialExecutor progress;
    private final AsyncClient async;
    private final List<String> paths;
    private final HeldLease lease;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final Watcher watcher = this::onEvent;

    private @Nullable Subscription listening;
    private boolean over;

    private LeasedNodes(RecipeClient client, Session session, List<String> paths, long fencingToken) {
        this.client = client;
        this.runtime = client.runtime();
        this.progress = new SerialExecutor(runtime.callbackExecutor());
        this.async = client.async(progress);
        this.paths = List.copyOf(paths);
        this.lease = new HeldLease(paths.get(0), fencingToken, session, runtime, this::giveBack, gone);
    }

    /**
     * {@return a lease on znodes that exist}
     *
     * @param client the client that created them
     * @param session the session that owns them
     * @param paths the znodes, at least one; their names must never be used again for other znodes. The first one is the
     *     lease's path
     * @param fencingToken the lease's token
     */
    public static Lease hold(RecipeClient client, Session session, List<String> paths, long fencingToken) {
        LeasedNodes nodes = new LeasedNodes(client, session, paths, fencingToken);
        nodes.progress.executeInline(nodes::begin);
        return nodes.lease;
    }

    private void begin() {
        listening = client.addSessionListener(this::onSession, progress);
        lease.watchClock();
        paths.forEach(this::watch);
    }

    private void onSession(Session session, SessionState state) {
        if (state == SessionState.EXPIRED || state == SessionState.CLOSED) {
            lease.state(); // which looks at its own session
        }
    }

    private void watch(String path) {
        if (over) {
            return;
        }
        async.get(path, watcher).whenComplete((node, failure) -> {
            if (failure != null) {
                unwatched(path, Failures.causeOf(failure));
            }
        });
    }

    private void unwatched(String path, PinfoldException cause) {
        if (cause instanceof NoNodeException) {
            lease.nodeDeleted();
        } else if (!over && Failures.mayPass(cause)) {
            runtime.schedule(PAUSE, () -> progress.execute(() -> watch(path)));
        }
    }

    private void onEvent(WatchEvent event) {
        if (event.type() == WatchEvent.Type.NODE_DELETED) {
            lease.nodeDeleted();
        } else if (event.type() == WatchEvent.Type.NODE_DATA_CHANGED) {
            watch(event.path());
        }
    }

    /** In the thread that gives back: what it asks the server next comes after the deletions. */
    private void giveBack() {
        CompletableFuture<?>[] deletions =
                paths.stream().map(async::deleteForSure).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(deletions).whenComplete((nothing, failure) -> gone.complete(null));
        progress.executeInline(this::forget);
    }

    private void forget() {
        over = true;
        if (listening != null) {
            listening.close();
        }
        paths.forEach(path -> async.removeWatcher(path, watcher));
    }
}
