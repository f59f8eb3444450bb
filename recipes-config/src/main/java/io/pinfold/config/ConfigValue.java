package io.pinfold.config;

import io.pinfold.client.RecipeClient;
import io.pinfold.client.Subscription;
import io.pinfold.framework.SerialExecutor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that follows one key of a {@link ConfigTree}. Reading it is reading a field.
 *
 * <p>What cannot be decoded, or is not good, does not become the value: the last good one stays, {@link #problem()} says why,
 * and the log has a warning. When the key is removed the value is the fallback again.
 *
 * <p>Thread-safe: the value is in a volatile field; the rest is confined to {@code calls}.
 *
 * @param <T> the type of the value
 */
public final class ConfigValue<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigTree.class);

    private final ConfigTree tree;
    private final RecipeClient client;
    private final String key;
    private final Function<byte[], T> reading;
    private final T fallback;
    private final SerialExecutor calls;
    private final List<Listening<T>> listeners = new CopyOnWriteArrayList<>();
    private final Subscription changes;

    private volatile T value;
    private volatile @Nullable String problem;
    private @Nullable ConfigEntry seen;

    /** {@code reading} throws for what is not good. */
    ConfigValue(ConfigTree tree, RecipeClient client, String key, Function<byte[], T> reading, T fallback) {
        this.tree = tree;
        this.client = client;
        this.key = key;
        this.reading = reading;
        this.fallback = fallback;
        this.value = fallback;
        this.calls = new SerialExecutor(client.runtime().callbackExecutor());
        take(tree.snapshot());
        this.changes = tree.onChange(change -> calls.execute(() -> take(change.after())));
    }

    /** {@return the key that is followed} */
    public String key() {
        return key;
    }

    /** {@return the last good value; does not block} */
    public T get() {
        return value;
    }

    /** {@return why what the key has is not the value, if it is not; does not block} */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /**
     * Has a listener told of every change of the value from now on, with the old value and the new one. Calls come in order
     * and one at a time, on the client's callback executor; what the listener throws is logged.
     *
     * @param listener told of each change
     * @return ends the telling when closed
     */
    public Subscription onChange(BiConsumer<? super T, ? super T> listener) {
        Listening<T> listening = new Listening<>(listener);
        listeners.add(listening);
        return () -> listeners.remove(listening);
    }

    /**
     * {@return what a function makes of this value, followed in the same way, and to be closed by itself}
     *
     * @param function from the value to what is wanted of it; what it throws for counts as not good. Called with the
     *     fallback at once, and then on the client's callback executor
     * @param <R> the type of what is wanted of it
     */
    public <R> ConfigValue<R> map(Function<? super T, ? extends R> function) {
        return new ConfigValue<>(
                tree, client, key, bytes -> function.apply(reading.apply(bytes)), function.apply(fallback));
    }

    /** Stops following. Does not block; the value stays. */
    @Override
    public void close() {
        changes.close();
    }

    @Override
    public String toString() {
        return "ConfigValue[" + key + ", " + value + ']';
    }

    private void take(ConfigSnapshot snapshot) {
        ConfigEntry now = tree.entryOf(snapshot, key).orElse(null);
        ConfigEntry last = seen;
        if (now == null ? last == null : last != null && last.isSame(now)) {
            return;
        }
        seen = now;
        T old = value;
        T next = now == null ? fallback : valueOf(now).orElse(old);
        if (now == null) {
            problem = null;
        }
        if (!next.equals(old)) {
            value = next;
            listeners.forEach(listening -> calls.execute(() -> listening.listener.accept(old, next)));
        }
    }

    private Optional<T> valueOf(ConfigEntry entry) {
        try {
            T found = reading.apply(entry.data());
            problem = null;
            return Optional.of(found);
        } catch (RuntimeException refused) { // users' code, fed with what anybody may have written
            String message = refused.getMessage();
            problem = refused instanceof IllegalArgumentException && message != null ? message : refused.toString();
            LOG.warn("config-rejected key={} kept=\"{}\" reason={}", key, value, problem);
            return Optional.empty();
        }
    }

    /** One listener, so that the same one can be registered twice. Immutable. */
    private static final class Listening<T> {
        private final BiConsumer<? super T, ? super T> listener;

        Listening(BiConsumer<? super T, ? super T> listener) {
            this.listener = listener;
        }
    }
}
