package io.pinfold.config;

import io.pinfold.client.RecipeClient;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Codec;
import io.pinfold.framework.SerialExecutor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
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

    private final String key;
    private final Codec<T> codec;
    private final T fallback;
    private final Predicate<? super T> good;
    private final SerialExecutor calls;
    private final List<Listening<T>> listeners = new CopyOnWriteArrayList<>();
    private final Subscription changes;

    private volatile T value;
    private volatile @Nullable String problem;
    private @Nullable ConfigEntry seen;

    ConfigValue(
            ConfigTree tree, RecipeClient client, String key, Codec<T> codec, T fallback, Predicate<? super T> good) {
        this.key = key;
        this.codec = codec;
        this.fallback = fallback;
        this.good = good;
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
        ConfigEntry now = snapshot.entry(key).orElse(null);
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
            T found = codec.decode(entry.data());
            if (good.test(found)) {
                problem = null;
                return Optional.of(found);
            }
            reject("it may not be " + found);
        } catch (RuntimeException unreadable) { // users' code, fed with what anybody may have written
            reject(unreadable.toString());
        }
        return Optional.empty();
    }

    private void reject(String reason) {
        problem = reason;
        LOG.warn("config-rejected key={} kept=\"{}\" reason={}", key, value, reason);
    }

    /** One listener, so that the same one can be registered twice. Immutable. */
    private static final class Listening<T> {
        private final BiConsumer<? super T, ? super T> listener;

        Listening(BiConsumer<? super T, ? super T> listener) {
            this.listener = listener;
        }
    }
}
