package io.pinfold.config;

import io.pinfold.client.RecipeClient;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Freshness;
import io.pinfold.framework.Waiting;
import io.pinfold.framework.WatchedTree;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A configuration in memory that follows the server. Reading it costs nothing and never blocks.
 *
 * <pre>{@code
 * ConfigTree config = ConfigTree.builder(client, "/config/shop").lastGood(Path.of("shop.config")).build();
 * ConfigValue<Integer> limit = config.value("cart/limit", Codec.INT_TEXT, 50, n -> n > 0);
 * config.onChange(change -> log.info("{} changed {}", change.zxid(), change.keys()));
 * }</pre>
 *
 * <p><b>What is promised.</b> Each {@linkplain #snapshot() snapshot} is the configuration as it was after some transaction,
 * and later ones show later states. What one transaction changed is seen and told as one. Every change is told, or overtaken
 * by a later one of the same key; also that of a key that was deleted and made anew during a lost connection. The one exception
 * is {@link ConfigSnapshot#exact()}.
 *
 * <p><b>Lost connections.</b> The last snapshot stays, and {@link #freshness()} says for how long it has been on its own.
 * With a {@linkplain Builder#lastGood file} the last configuration that was seen is there at a start without any server,
 * until the server's takes its place.
 *
 * <p><b>Cost.</b> All of it in memory, one watch, one read for each change. For more than fits see {@link ConfigCache}.
 *
 * <p>Thread-safe.
 */
public final class ConfigTree implements AutoCloseable {
    private final RecipeClient client;
    private final Keys keys;
    private final WatchedTree tree;
    private final ConfigWrites writes;
    private final @Nullable LastGood lastGood;
    private final @Nullable String member;
    private final ConfigSnapshot atFirst;

    private ConfigTree(Builder builder) {
        this.client = builder.client;
        this.keys = builder.keys;
        this.writes = new ConfigWrites(client, keys);
        LastGood file = builder.file == null ? null : new LastGood(builder.file, keys);
        this.lastGood = file;
        this.member = builder.member;
        this.atFirst = file == null ? ConfigSnapshot.empty(keys) : file.load().orElse(ConfigSnapshot.empty(keys));
        Predicate<String> leftOut = builder.leftOut;
        this.tree = WatchedTree.builder(client, keys.root())
                .maxDepth(builder.maxDepth)
                .leaveOut(path -> leftOut.test(keys.key(path)))
                .build();
        if (file != null) {
            tree.onChange(step -> file.save(new ConfigSnapshot(keys, step.after())));
        }
    }

    /**
     * {@return the configuration below a path, followed from now on}
     *
     * @param client the client to use
     * @param root the path below which the keys are; need not exist
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static ConfigTree at(RecipeClient client, String root) {
        return builder(client, root).build();
    }

    /**
     * {@return a builder for a configuration with other than default settings}
     *
     * @param client the client to use
     * @param root the path below which the keys are
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static Builder builder(RecipeClient client, String root) {
        return new Builder(client, root);
    }

    /** {@return the path below which the keys are} */
    public String root() {
        return keys.root();
    }

    /**
     * {@return completes with the first snapshot of the server's, on the client's callback executor, however long that
     * takes. Fails if the client or this object is closed, or may not read the root}
     */
    public CompletableFuture<ConfigSnapshot> ready() {
        return Futures.plain(tree.ready().thenApply(now -> new ConfigSnapshot(keys, now)));
    }

    /**
     * {@return the newest snapshot; until the server's is {@linkplain #ready ready}, what was saved last, or an empty one.
     * Does not block}
     */
    public ConfigSnapshot snapshot() {
        return tree.isKnown() ? new ConfigSnapshot(keys, tree.snapshot()) : atFirst;
    }

    /** {@return whether the snapshot is up to date, and if not, for how long; does not block} */
    public Freshness freshness() {
        return tree.isKnown() || lastGood == null ? tree.freshness() : Freshness.stale(lastGood.age());
    }

    /**
     * Has a listener told of every step from one snapshot to the next; first, of what is there. Calls come in order and one
     * at a time, on the client's callback executor; what the listener throws is logged.
     *
     * @param listener told of each step
     * @return ends the telling when closed
     */
    public Subscription onChange(Consumer<ConfigChange> listener) {
        return new Telling(client, keys, tree, atFirst, listener);
    }

    /**
     * {@return a value that follows a key}
     *
     * @param key the key
     * @param codec how the value is written
     * @param fallback what it is while there is no such key, or never was one that was good
     * @param <T> the type of the value
     * @throws io.pinfold.BadArgumentsException if it is no key
     */
    public <T> ConfigValue<T> value(String key, Codec<T> codec, T fallback) {
        return value(key, codec, fallback, any -> true);
    }

    /**
     * {@return a value that follows a key, as long as what it finds is good}
     *
     * @param key the key
     * @param codec how the value is written
     * @param fallback what it is while there is no such key, or never was one that was good
     * @param good says of a value whether it may be used; called on the client's callback executor
     * @param <T> the type of the value
     * @throws io.pinfold.BadArgumentsException if it is no key
     */
    public <T> ConfigValue<T> value(String key, Codec<T> codec, T fallback, Predicate<? super T> good) {
        keys.path(key);
        return new ConfigValue<>(this, client, key, bytes -> goodOne(codec.decode(bytes), good), fallback);
    }

    private static <T> T goodOne(T value, Predicate<? super T> good) {
        if (!good.test(value)) {
            throw new IllegalArgumentException("It may not be " + value);
        }
        return value;
    }

    /**
     * Changes the value of a key by a function of it. Waits for the server.
     *
     * @param key the key; made if it is missing, with those above it
     * @param codec how the value is written
     * @param initial what the function gets if there is no such key
     * @param change from the value to the new one; called again when somebody else changed the value meanwhile
     * @param <T> the type of the value
     * @return the new value with its version
     * @throws io.pinfold.OutcomeUnknownException if it could not be found out whether the value was changed
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused
     */
    public <T> Versioned<T> update(String key, Codec<T> codec, T initial, UnaryOperator<T> change) {
        return Waiting.forChange(updateAsync(key, codec, initial, change), keys.path(key));
    }

    /**
     * Changes the value of a key by a function of it, without blocking.
     *
     * @param key as for {@link #update}
     * @param codec as for {@link #update}
     * @param initial as for {@link #update}
     * @param change as for {@link #update}
     * @param <T> the type of the value
     * @return completes, or fails, as {@link #update} returns or throws, on the client's callback executor
     */
    public <T> CompletableFuture<Versioned<T>> updateAsync(
            String key, Codec<T> codec, T initial, UnaryOperator<T> change) {
        return Futures.plain(writes.update(key, codec, initial, change));
    }

    /**
     * Sets the value of a key if it still has the version in which it was seen. Waits for the server.
     *
     * @param key the key
     * @param codec how the value is written
     * @param value the value
     * @param version the version, as in {@link ConfigEntry#version()}
     * @param <T> the type of the value
     * @return the value with its new version
     * @throws io.pinfold.BadVersionException if somebody changed it meanwhile
     * @throws io.pinfold.NoNodeException if there is no such key
     * @throws io.pinfold.OutcomeUnknownException if it could not be found out whether the value was changed
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused
     */
    public <T> Versioned<T> set(String key, Codec<T> codec, T value, int version) {
        return Waiting.forChange(setAsync(key, codec, value, version), keys.path(key));
    }

    /**
     * Sets the value of a key if it still has the version in which it was seen, without blocking.
     *
     * @param key as for {@link #set}
     * @param codec as for {@link #set}
     * @param value as for {@link #set}
     * @param version as for {@link #set}
     * @param <T> the type of the value
     * @return completes, or fails, as {@link #set} returns or throws, on the client's callback executor
     */
    public <T> CompletableFuture<Versioned<T>> setAsync(String key, Codec<T> codec, T value, int version) {
        return Futures.plain(writes.set(key, codec, value, version));
    }

    /**
     * Sets several keys in one transaction, whatever they were: everybody sees all of it or nothing. Waits for the server.
     *
     * @param values the keys with their data; keys that are missing are made, with those above them
     * @return what was done, to be undone if need be
     * @throws io.pinfold.OutcomeUnknownException if the answer was lost; publishing the same again does no harm, unless
     *     somebody else published meanwhile
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused; nothing is changed then
     */
    public Publication publish(Map<String, byte[]> values) {
        return Waiting.forChange(publishAsync(values), keys.root());
    }

    /**
     * Sets several keys in one transaction, without blocking.
     *
     * @param values as for {@link #publish}
     * @return completes, or fails, as {@link #publish} returns or throws, on the client's callback executor
     */
    public CompletableFuture<Publication> publishAsync(Map<String, byte[]> values) {
        return Futures.plain(writes.publish(values));
    }

    /**
     * {@return a way to give a key another value for some members first}
     *
     * @param key the key
     * @param codec how the value is written
     * @param <T> the type of the value
     * @throws io.pinfold.BadArgumentsException if it is no key
     */
    public <T> Rollout<T> rollout(String key, Codec<T> codec) {
        return new Rollout<>(client, keys, key, codec);
    }

    /** Stops following. Does not block; the last snapshot stays, as a stale one. Closing twice does nothing more. */
    @Override
    public void close() {
        tree.close();
    }

    /**
     * Stops following.
     *
     * @return completes when what was seen is in the {@linkplain Builder#lastGood file}, or could not be written; never fails
     */
    public CompletableFuture<Void> closeAsync() {
        close();
        return saved();
    }

    /** {@return a key as values of this tree have it} */
    Optional<ConfigEntry> entryOf(ConfigSnapshot snapshot, String key) {
        return member == null ? snapshot.entry(key) : Staged.entryFor(member, snapshot, key);
    }

    /** {@return completes when what was seen so far is in the file} */
    CompletableFuture<Void> saved() {
        return lastGood == null ? CompletableFuture.completedFuture(null) : lastGood.flushed();
    }

    @Override
    public String toString() {
        return "ConfigTree[" + root() + ", " + freshness() + ']';
    }

    /** Settings of a configuration. Not thread-safe. */
    public static final class Builder {
        private final RecipeClient client;
        private final Keys keys;
        private int maxDepth = Integer.MAX_VALUE;
        private Predicate<String> leftOut = key -> false;
        private @Nullable Path file;
        private @Nullable String member;

        private Builder(RecipeClient client, String root) {
            this.client = client;
            this.keys = new Keys(root);
        }

        /**
         * {@return this builder}
         *
         * @param levels how many levels of keys are kept; all by default
         */
        public Builder maxDepth(int levels) {
            this.maxDepth = levels;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param which keys that are neither read nor kept nor told of, nor is anything below them; quick, and always with
         *     the same answer
         */
        public Builder leaveOut(Predicate<String> which) {
            this.leftOut = which;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param path a file of this process's own, in a directory that exists, that keeps the last configuration that was
         *     seen. It is read when the configuration is built, and written in the background after each change. What is
         *     damaged, or of another root, is not used, with a warning in the log; neither is a failure to write reported
         *     otherwise
         */
        public Builder lastGood(Path path) {
            this.file = path;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param name what this process is called when a value is given to some members first; see {@link Rollout}
         */
        public Builder member(String name) {
            this.member = name;
            return this;
        }

        /** {@return the configuration; reads the file, if there is one} */
        public ConfigTree build() {
            return new ConfigTree(this);
        }
    }
}
