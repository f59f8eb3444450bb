package io.pinfold.config;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.pinfold.NoNodeException;
import io.pinfold.PinfoldException;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Subscription;
import io.pinfold.framework.BlockingRead;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Failures;
import io.pinfold.framework.Freshness;
import io.pinfold.framework.NodeChange;
import io.pinfold.framework.SerialExecutor;
import io.pinfold.framework.TreeSnapshot;
import io.pinfold.framework.WatchedTree;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A configuration whose keys are in memory, and as much of its data as was asked for last and fits. For what is too large for
 * a {@link ConfigTree}.
 *
 * <pre>{@code
 * ConfigCache texts = ConfigCache.bounded(client, "/texts", 16 << 20);
 * Optional<String> greeting = texts.get("de/greeting", Codec.TEXT);
 * }</pre>
 *
 * <p><b>What is promised.</b> Data that a change was told of are not given out any more; who asks gets those that the server
 * has, or later ones. Keys that are known not to exist are answered from memory. Unlike the values of a {@link ConfigTree},
 * those of several keys are not of one moment.
 *
 * <p><b>Lost connections.</b> What is in memory is given out as it was seen last, see {@link #freshness()}; what is not has to
 * be read, and fails when the server cannot be reached in the client's operation timeout.
 *
 * <p><b>Cost.</b> Each key costs some 300 bytes whether it is asked for or not. The data that are kept, with their keys, weigh
 * no more than the bound; Caffeine decides which ones to keep, by how often and how lately they were asked for.
 *
 * <p>Thread-safe.
 */
public final class ConfigCache implements AutoCloseable {
    private static final int OVERHEAD = 200;

    private final Keys keys;
    private final WatchedTree tree;
    private final AsyncClient async;
    private final AsyncCache<String, Look> cache;

    private ConfigCache(RecipeClient client, Keys keys, long maxBytes) {
        this.keys = keys;
        this.async = client.async(new SerialExecutor(client.runtime().callbackExecutor()));
        this.cache = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .<String, Look>weigher((path, look) -> look.weight())
                .executor(client.runtime().callbackExecutor())
                .buildAsync();
        this.tree = WatchedTree.builder(client, keys.root()).withoutData().build();
        tree.onChange(step -> step.changes().forEach(this::forget));
    }

    /** Of a znode that is new to the tree, what was read is as new as the tree, or is noticed by its zxid. */
    private void forget(NodeChange change) {
        if (!(change instanceof NodeChange.Added)) {
            cache.synchronous().invalidate(change.path());
        }
    }

    /**
     * {@return the configuration below a path, with a bound on the memory for its data}
     *
     * @param client the client to use
     * @param root the path below which the keys are; need not exist
     * @param maxBytes how much the data that are kept may weigh, with their keys
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     * @throws IllegalArgumentException if the bound is negative
     */
    public static ConfigCache bounded(RecipeClient client, String root, long maxBytes) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("A cache cannot hold " + maxBytes + " bytes");
        }
        return new ConfigCache(client, new Keys(root), maxBytes);
    }

    /** {@return the path below which the keys are} */
    public String root() {
        return keys.root();
    }

    /**
     * {@return completes when all keys are known, on the client's callback executor, however long that takes. Fails if the
     * client or this object is closed, or may not read the root}
     */
    public CompletableFuture<Void> ready() {
        return Futures.plain(tree.ready().thenApply(known -> null));
    }

    /** {@return all keys, sorted; none until the cache is {@linkplain #ready ready}. Does not block} */
    public List<String> keys() {
        return tree.snapshot().nodes().stream()
                .map(node -> keys.key(node.path()))
                .toList();
    }

    /** {@return whether changes are told as they happen; does not block} */
    public Freshness freshness() {
        return tree.freshness();
    }

    /**
     * {@return the value of a key, if it is there; waits for the server only if it is not in memory}
     *
     * @param key the key
     * @param codec how the value is written
     * @param <T> the type of the value
     * @throws io.pinfold.BadArgumentsException if it is no key
     * @throws io.pinfold.PinfoldException if it had to be read and could not
     * @throws RuntimeException what the codec throws for bytes that are no value
     */
    public <T> Optional<T> get(String key, Codec<T> codec) {
        return BlockingRead.await(getAsync(key), keys.path(key)).map(entry -> codec.decode(entry.data()));
    }

    /**
     * {@return a key with its data, if it is there; completes at once when it is in memory, else on the client's callback
     * executor. Waits until the cache is {@linkplain #ready ready}, and fails as that does, or as a read does}
     *
     * @param key the key
     * @throws io.pinfold.BadArgumentsException if it is no key
     */
    public CompletableFuture<Optional<ConfigEntry>> getAsync(String key) {
        String path = keys.path(key);
        return tree.isKnown() ? look(key, path) : Futures.plain(tree.ready().thenCompose(known -> look(key, path)));
    }

    /**
     * {@return the zxid of the transaction that wrote the data of a key, as far as the cache was told; empty if it knows of no
     * such key. What {@link #getAsync} gives out to whoever asks now is not older. Does not block}
     *
     * @param key the key
     * @throws io.pinfold.BadArgumentsException if it is no key
     */
    public OptionalLong changedAt(String key) {
        return tree.snapshot()
                .get(keys.path(key))
                .map(node -> OptionalLong.of(node.stat().mzxid()))
                .orElseGet(OptionalLong::empty);
    }

    /**
     * Has a listener told of the keys whose data or existence changed; first, of all. Calls come in order and one at a time,
     * on the client's callback executor; what the listener throws is logged.
     *
     * @param listener told of each step
     * @return ends the telling when closed
     */
    public Subscription onChange(Consumer<SortedSet<String>> listener) {
        return tree.onChange(step -> {
            SortedSet<String> changed = new TreeSet<>();
            step.changes().stream().map(NodeChange::path).map(keys::key).forEach(changed::add);
            listener.accept(changed);
        });
    }

    /** {@return how much the data weigh that are kept now, with their keys; never much more than the bound} */
    public long weight() {
        cache.synchronous().cleanUp();
        return cache.synchronous()
                .policy()
                .eviction()
                .orElseThrow()
                .weightedSize()
                .orElse(0);
    }

    /** Stops following, and forgets. Does not block. Closing twice does nothing more. */
    @Override
    public void close() {
        tree.close();
        cache.synchronous().invalidateAll();
    }

    @Override
    public String toString() {
        return "ConfigCache[" + root() + ", " + freshness() + ']';
    }

    private CompletableFuture<Optional<ConfigEntry>> look(String key, String path) {
        TreeSnapshot known = tree.snapshot();
        Optional<Node> expected = known.get(path);
        if (expected.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        CompletableFuture<Look> read =
                cache.get(path, (missing, executor) -> async.get(missing, null).handle(Look::new));
        return Futures.plain(read.thenCompose(look -> {
            Node node = look.node();
            if (node != null && node.stat().mzxid() >= expected.get().stat().mzxid()) {
                return CompletableFuture.completedFuture(Optional.of(ConfigEntry.of(key, node)));
            }
            cache.asMap().remove(path, read);
            return node == null ? look.without() : look(key, path);
        }));
    }

    /**
     * What came of a read. A failure is a value, too, for Caffeine takes a failed future for a mistake and logs it. Immutable.
     */
    private record Look(@Nullable Node node, @Nullable Throwable failure) {
        int weight() {
            byte[] data = node == null ? null : node.data();
            return OVERHEAD + (node == null ? 0 : 2 * node.path().length()) + (data == null ? 0 : data.length);
        }

        /** {@return nothing, if there is no such znode any more; else the failure} */
        CompletableFuture<Optional<ConfigEntry>> without() {
            PinfoldException cause = Failures.causeOf(failure);
            return cause instanceof NoNodeException
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : CompletableFuture.failedFuture(cause);
        }
    }
}
