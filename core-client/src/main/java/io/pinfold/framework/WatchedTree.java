package io.pinfold.framework;

import io.pinfold.AuthFailedException;
import io.pinfold.ClientClosedException;
import io.pinfold.PinfoldException;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of a subtree in memory that follows the server: one recursive watch, one read for each change, and after a lost
 * connection or session a comparison with everything. Reading it costs nothing.
 *
 * <p><b>What is promised.</b> Each {@linkplain #snapshot() snapshot} is the subtree as it was after some transaction,
 * and later ones show later states; see {@link TreeSnapshot#exact()} for the one exception. Every change is told, or
 * overtaken by a later one of the same znode; a znode that was deleted and made anew is told as
 * {@link NodeChange.Replaced} even if both happened during a lost connection and its data are the same. What one
 * transaction changed is told as one {@link TreeChange}. The first snapshot shows at least what was committed when the
 * tree was built.
 *
 * <p><b>Lost connections.</b> The last snapshot stays; {@link #freshness()} says for how long it has been on its own. When
 * the client is connected again everything is compared with the server, at most 256 reads at a time, and the differences
 * are told as one change.
 *
 * <p>Znodes that the client may not read are left out, with a warning in the log. The server must know recursive watches
 * (Pinfold; Apache ZooKeeper 3.6 and later).
 *
 * <p>Thread-safe: what callers see is in volatile fields; the rest is confined to {@code progress}.
 */
public final class WatchedTree implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedTree.class);
    private static final Duration PAUSE = Duration.ofMillis(200);
    /** For so long a tree that never rests shows nothing new; then what it has. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Whether the copy follows the server. */
    private enum Sync {
        /** Changes may be missed. */
        LOST,
        /** Changes are told, and everything is being read. */
        WALKING,
        /** Changes are told, and everything was read. */
        LIVE
    }

    private final AsyncClient async;
    private final ClientRuntime runtime;
    private final RecipeClient client;
    private final SerialExecutor progress;
    private final SerialExecutor callbacks;
    private final TreeTerms terms;
    private final TreeLoader loader;
    private final CompletableFuture<TreeSnapshot> ready = new CompletableFuture<>();

    private volatile TreeSnapshot snapshot;
    private volatile boolean live;
    private volatile long staleSince;

    private volatile boolean known;

    // Confined to the progress.
    private final List<Listening<TreeChange>> listeners = new ArrayList<>();
    private final List<Awaiting> awaited = new ArrayList<>();
    private Sync sync = Sync.LOST;
    private boolean closed;
    private @Nullable Subscription sessions;
    private @Nullable Subscription watch;
    private ClientRuntime.@Nullable Cancellable patience;

    private WatchedTree(Builder builder) {
        this.client = builder.client;
        this.terms = new TreeTerms(builder.root, builder.maxDepth, builder.withData, builder.leftOut);
        this.runtime = client.runtime();
        this.progress = new SerialExecutor(runtime.callbackExecutor());
        this.callbacks = new SerialExecutor(runtime.callbackExecutor());
        this.async = client.async(progress);
        this.loader = new TreeLoader(async, runtime, progress, terms, this::settled);
        this.snapshot = new TreeSnapshot(terms.root(), 0, true, null);
        this.staleSince = runtime.nanoTime();
    }

    /**
     * {@return a tree that keeps everything below a znode and follows it from now on}
     *
     * @param client the client to watch with
     * @param root the znode at the top; need not exist
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static WatchedTree at(RecipeClient client, String root) {
        return builder(client, root).build();
    }

    /**
     * {@return a builder for a tree that keeps less than everything}
     *
     * @param client the client to watch with
     * @param root the znode at the top
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static Builder builder(RecipeClient client, String root) {
        return new Builder(client, root);
    }

    /**
     * {@return completes with the first snapshot, on the client's callback executor; however long that takes. Fails if
     * the client is closed, or may not read the znode at the top, or the server knows no recursive watches}
     */
    public CompletableFuture<TreeSnapshot> ready() {
        return ready.copy();
    }

    /** {@return the newest snapshot; an empty one until the tree is {@linkplain #ready ready}. Does not block} */
    public TreeSnapshot snapshot() {
        return snapshot;
    }

    /** {@return whether there was a first snapshot; does not block} */
    public boolean isKnown() {
        return known;
    }

    /** {@return whether the snapshot is up to date, by this process's clock; does not block} */
    public Freshness freshness() {
        if (live && client.session().state() == SessionState.CONNECTED) {
            return Freshness.LIVE;
        }
        return Freshness.stale(live ? Duration.ZERO : Duration.ofNanos(runtime.nanoTime() - staleSince));
    }

    /**
     * Has a listener told of every step from one snapshot to the next; first, if the tree is ready, of what is there, as
     * a step from the empty tree. Calls come in order and one at a time, on the client's callback executor; what the
     * listener throws is logged. {@link #snapshot()} may be ahead of the step that is told.
     *
     * @param listener told of each step
     * @return ends the telling when closed
     */
    public Subscription onChange(Consumer<TreeChange> listener) {
        Listening<TreeChange> listening = new Listening<>(listener, progress, listeners);
        progress.execute(() -> {
            listeners.add(listening);
            if (known) {
                TreeSnapshot empty = new TreeSnapshot(terms.root(), 0, true, null);
                List<NodeChange> all = new ArrayList<>();
                snapshot.nodes().forEach(node -> all.add(new NodeChange.Added(node)));
                TreeChange first = new TreeChange(empty, snapshot, all);
                callbacks.execute(() -> listening.tell(first));
            }
        });
        return listening;
    }

    /**
     * {@return completes with the first snapshot, the present one included, that fulfils a condition; on the client's
     * callback executor. Cancelling it, or completing it otherwise, ends the waiting. Fails as {@link #ready()} does, and
     * with {@link ClientClosedException} when the tree is closed}
     *
     * @param condition a quick look at a snapshot; called in between the tree's own steps
     */
    public CompletableFuture<TreeSnapshot> when(Predicate<TreeSnapshot> condition) {
        Awaiting awaiting = new Awaiting(condition, new CompletableFuture<>());
        awaiting.future.whenComplete((done, failure) -> progress.execute(() -> awaited.remove(awaiting)));
        progress.execute(() -> {
            if (closed) {
                callbacks.execute(() -> awaiting.future.completeExceptionally(endOf()));
            } else {
                awaited.add(awaiting);
                if (known) {
                    awaiting.look(snapshot);
                }
            }
        });
        return awaiting.future;
    }

    /** Stops following. Does not block; the last snapshot stays, as a stale one. Closing twice does nothing more. */
    @Override
    public void close() {
        progress.execute(() -> {
            fail(endOf());
            finish();
        });
    }

    @Override
    public String toString() {
        return "WatchedTree[" + terms.root() + ", " + freshness() + ']';
    }

    // Everything below is confined to the progress.

    private void begin() {
        sessions = client.addSessionListener(this::onSession, progress);
        subscribe();
    }

    private void subscribe() {
        if (!closed) {
            async.watch(terms.root(), WatchMode.PERSISTENT_RECURSIVE, this::onEvent)
                    .whenComplete(this::onSubscribed);
        }
    }

    private void onSubscribed(@Nullable Subscription subscription, @Nullable Throwable failure) {
        if (subscription == null) {
            PinfoldException cause = Failures.causeOf(failure);
            if (Failures.mayPass(cause)) {
                runtime.schedule(PAUSE, () -> progress.execute(this::subscribe));
            } else {
                if (!(cause instanceof ClientClosedException)) {
                    LOG.warn("watched-tree-unwatchable root={} reason={}", terms.root(), cause.getMessage());
                }
                fail(cause);
                finish();
            }
        } else if (closed) {
            subscription.close();
        } else {
            watch = subscription;
            walk();
        }
    }

    private void walk() {
        sync = Sync.WALKING;
        async.sync(terms.root()); // the reads behind it show what was committed by now, wherever we are connected
        loader.walk();
    }

    private void onEvent(WatchEvent event) {
        if (closed) {
            return;
        }
        switch (event.type()) {
            case RESYNC -> walk();
            case WATCH_LOST -> {
                stale();
                if (client.session().state() != SessionState.CLOSED) {
                    subscribe();
                }
            }
            default -> {
                loader.event(event);
                waitForRest();
            }
        }
    }

    private void onSession(Session session, SessionState state) {
        switch (state) {
            case CONNECTED -> {} // a RESYNC follows when the server has set the watch anew
            case SUSPENDED, EXPIRED -> stale();
            case CLOSED -> {
                fail(new ClientClosedException(terms.root(), "The client was closed"));
                finish();
            }
        }
    }

    private void stale() {
        sync = Sync.LOST;
        if (live) {
            staleSince = runtime.nanoTime();
            live = false;
        }
    }

    private void waitForRest() {
        if (patience == null && sync == Sync.LIVE && !loader.isIdle()) {
            patience = runtime.schedule(
                    PATIENCE,
                    () -> progress.execute(() -> {
                        patience = null;
                        if (sync == Sync.LIVE && !loader.isIdle() && !closed) {
                            publish(false);
                            waitForRest();
                        }
                    }));
        }
    }

    private void settled() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
        PinfoldException refusal = loader.refusal();
        if (refusal != null) {
            fail(refusal);
            if (refusal instanceof ClientClosedException || refusal instanceof AuthFailedException) {
                finish();
                return;
            }
        }
        if (sync != Sync.LOST && !closed) {
            sync = Sync.LIVE;
            publish(true);
        }
    }

    private void publish(boolean exact) {
        TreeSnapshot before = snapshot;
        TreeSnapshot after = new TreeSnapshot(terms.root(), loader.zxid(), exact, loader.nodes());
        List<NodeChange> changes = new ArrayList<>();
        for (String path : loader.takeTouched()) {
            NodeChange change = change(before.find(path), after.find(path));
            if (change != null) {
                changes.add(change);
            }
        }
        boolean first = !known;
        snapshot = after;
        live = true;
        known = true;
        if (first || !changes.isEmpty()) {
            TreeChange step = new TreeChange(before, after, changes);
            listeners.forEach(listening -> callbacks.execute(() -> listening.tell(step)));
        }
        if (first) {
            callbacks.execute(() -> ready.complete(after));
        }
        List.copyOf(awaited).forEach(awaiting -> awaiting.look(after));
    }

    private void fail(PinfoldException cause) {
        List<Awaiting> waiting = List.copyOf(awaited);
        callbacks.execute(() -> {
            ready.completeExceptionally(cause);
            waiting.forEach(each -> each.future.completeExceptionally(cause));
        });
    }

    private PinfoldException endOf() {
        return new ClientClosedException(terms.root(), "The copy of " + terms.root() + " is closed");
    }

    private static @Nullable NodeChange change(@Nullable Node before, @Nullable Node after) {
        if (before == null) {
            return after == null ? null : new NodeChange.Added(after);
        }
        if (after == null) {
            return new NodeChange.Removed(before);
        }
        if (before.stat().czxid() != after.stat().czxid()) {
            return new NodeChange.Replaced(before, after);
        }
        return TreeLoader.isSame(before.stat(), after.stat()) ? null : new NodeChange.Changed(before, after);
    }

    private void finish() {
        if (closed) {
            return;
        }
        closed = true;
        stale();
        loader.stop();
        if (sessions != null) {
            sessions.close();
        }
        if (watch != null) {
            watch.close();
        }
        if (patience != null) {
            patience.cancel();
        }
    }

    /** Somebody who waits for a condition. Confined to the progress. */
    private final class Awaiting {
        private final Predicate<TreeSnapshot> condition;
        private final CompletableFuture<TreeSnapshot> future;

        Awaiting(Predicate<TreeSnapshot> condition, CompletableFuture<TreeSnapshot> future) {
            this.condition = condition;
            this.future = future;
        }

        void look(TreeSnapshot now) {
            if (condition.test(now)) {
                awaited.remove(this);
                callbacks.execute(() -> future.complete(now));
            }
        }
    }

    /** Says what to keep. Not thread-safe. */
    public static final class Builder {
        private final RecipeClient client;
        private final String root;
        private int maxDepth = Integer.MAX_VALUE;
        private boolean withData = true;
        private Predicate<String> leftOut = path -> false;

        private Builder(RecipeClient client, String root) {
            this.client = client;
            this.root = ZnodePath.check(root);
        }

        /**
         * {@return this builder}
         *
         * @param levels how many levels below the top are kept: 1 for the top and its children; everything by default
         */
        public Builder maxDepth(int levels) {
            if (levels < 0) {
                throw new IllegalArgumentException("A tree cannot be " + levels + " levels deep");
            }
            this.maxDepth = levels;
            return this;
        }

        /** {@return this builder, for a tree that keeps metadata only: the data of its znodes are {@code null}} */
        public Builder withoutData() {
            this.withData = false;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param which paths that are neither read nor kept nor told of, nor is anything below them; asked of paths below
         *     the top, again and again: quick, and always with the same answer
         */
        public Builder leaveOut(Predicate<String> which) {
            this.leftOut = which;
            return this;
        }

        /** {@return the tree, which begins to follow the server} */
        public WatchedTree build() {
            WatchedTree tree = new WatchedTree(this);
            tree.progress.execute(tree::begin);
            return tree;
        }
    }
}
