package io.pinfold.config;

import io.pinfold.ZnodePath;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Subscription;
import io.pinfold.config.Change.Effect;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Waiting;
import io.pinfold.framework.WatchedTree;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One value that many processes read and change, each change exactly once.
 *
 * <pre>{@code
 * AtomicValue<Plan> plan = AtomicValue.at(client, "/plan", PLAN, Plan.EMPTY);
 * Versioned<Plan> next = plan.update(current -> current.withReplicas(3));
 * }</pre>
 *
 * <p><b>What is promised.</b> A change that was reported happened once, on the value that it was computed from, also when
 * replies were lost or the session ended meanwhile. If that cannot be found out in time the call fails with
 * {@link io.pinfold.OutcomeUnknownException}, and only then; the change happened once or not at all, or will yet.
 *
 * <p><b>Cost.</b> A change is one round trip while nobody else writes; all changes of one object that come while another is
 * under way go together. A change that lost against another process's is computed anew.
 *
 * <p><b>Layout.</b> The value's bytes are the data of a persistent znode; Apache Curator's {@code DistributedAtomicValue},
 * {@code SharedValue} and, with {@link Codec#INT}, {@code SharedCount} and {@code DistributedAtomicInteger} work on the same
 * path. Each object that changes the value has a small znode below it, by which lost replies are settled; closing the object
 * deletes it, else others do after a day.
 *
 * <p>Thread-safe. Need not be closed.
 *
 * @param <T> the type of the value
 */
public final class AtomicValue<T> implements AutoCloseable {
    private final RecipeClient client;
    private final String path;
    private final Codec<T> codec;
    private final T initial;
    private final Writer writer;

    private AtomicValue(RecipeClient client, String path, Codec<T> codec, T initial) {
        this.client = client;
        this.path = ZnodePath.check(path);
        this.codec = codec;
        this.initial = initial;
        this.writer = new Writer(client, path, codec.encode(initial));
    }

    /**
     * {@return the value at a path}
     *
     * @param client the client to use
     * @param path the znode; it is made when the value is first asked for, its parents as containers
     * @param codec how the value is written
     * @param initial what the value is while there is no znode, or one without data
     * @param <T> the type of the value
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static <T> AtomicValue<T> at(RecipeClient client, String path, Codec<T> codec, T initial) {
        return new AtomicValue<>(client, path, codec, initial);
    }

    /** {@return the path of the znode} */
    public String path() {
        return path;
    }

    /**
     * {@return the value, with everything that was committed when this was called; takes two round trips at once}
     *
     * @throws io.pinfold.PinfoldException if the server could not be asked
     * @throws RuntimeException what the codec throws for bytes that are no value
     */
    public Versioned<T> get() {
        return Waiting.forChange(getAsync(), path);
    }

    /** {@return as {@link #get()} returns or throws; completes on the client's callback executor} */
    public CompletableFuture<Versioned<T>> getAsync() {
        return Futures.plain(writer.read(true).thenApply(node -> new Versioned<>(decode(bytes(node)), node.version())));
    }

    /**
     * Sets the value, whatever it was. Waits for the server.
     *
     * @param value the value
     * @return the value with its version
     * @throws io.pinfold.OutcomeUnknownException if it could not be found out whether it was set
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused; nothing is changed then
     */
    public Versioned<T> set(T value) {
        byte[] wanted = codec.encode(value);
        return Waiting.forChange(
                Futures.plain(writer.change(data -> new Effect<>(wanted, version -> new Versioned<>(value, version)))),
                path);
    }

    /**
     * Sets the value if nobody changed it since it was seen. Waits for the server.
     *
     * @param seen the value as it was seen
     * @param value the new value
     * @return whether it was set
     * @throws io.pinfold.OutcomeUnknownException if it could not be found out whether it was set
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused; nothing is changed then
     */
    public boolean compareAndSet(Versioned<T> seen, T value) {
        byte[] expected = codec.encode(seen.value());
        byte[] wanted = codec.encode(value);
        return Waiting.forChange(
                Futures.plain(
                        writer.change(data -> Arrays.equals(data.length == 0 ? codec.encode(initial) : data, expected)
                                ? new Effect<>(wanted, version -> true)
                                : new Effect<>(null, version -> false))),
                path);
    }

    /**
     * Changes the value by a function of it. Waits for the server.
     *
     * @param change from the value to the new one; called again when somebody else changed the value meanwhile, so it must
     *     do nothing else; called on the client's callback executor. What it throws is thrown here, and nothing is changed
     * @return the new value with its version
     * @throws io.pinfold.OutcomeUnknownException if it could not be found out whether the value was changed
     * @throws io.pinfold.PinfoldException if the server could not be reached, or refused; nothing is changed then
     */
    public Versioned<T> update(UnaryOperator<T> change) {
        return Waiting.forChange(updateAsync(change), path);
    }

    /**
     * Changes the value without blocking.
     *
     * @param change as for {@link #update(UnaryOperator)}
     * @return as {@link #update(UnaryOperator)} returns or throws; completes on the client's callback executor. Cancelling it
     *     does not undo the change
     */
    public CompletableFuture<Versioned<T>> updateAsync(UnaryOperator<T> change) {
        return Futures.plain(writer.change(data -> {
            T after = change.apply(decode(data));
            return new Effect<>(codec.encode(after), version -> new Versioned<>(after, version));
        }));
    }

    /**
     * Has a listener told of the value as it is, and of every later one; of those that follow each other quickly, only of
     * the last. Calls come in order and one at a time, on the client's callback executor; what the listener or the codec
     * throws is logged.
     *
     * @param listener told of each
     * @return ends the telling, and the watching for it, when closed
     */
    public Subscription onChange(Consumer<Versioned<T>> listener) {
        WatchedTree tree = WatchedTree.builder(client, path).maxDepth(0).build();
        tree.onChange(step -> step.after()
                .get(path)
                .ifPresent(node -> listener.accept(new Versioned<>(decode(bytes(node)), node.version()))));
        return tree::close;
    }

    /** Deletes this object's own znode in the background when the changes under way are done. The value stays. */
    @Override
    public void close() {
        writer.close();
    }

    @Override
    public String toString() {
        return "AtomicValue[" + path + ']';
    }

    private T decode(byte[] data) {
        return data.length == 0 ? initial : codec.decode(data);
    }

    private static byte[] bytes(Node node) {
        byte[] data = node.data();
        return data == null ? new byte[0] : data;
    }
}
