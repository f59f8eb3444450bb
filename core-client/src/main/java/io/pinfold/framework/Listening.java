package io.pinfold.framework;

import io.pinfold.client.Subscription;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One listener of something that goes on by itself. Thread-safe: closing shows at once to the thread that calls the listener,
 * and takes it off the list in the thread that the list belongs to.
 *
 * @param <T> what it is told
 */
final class Listening<T> implements Subscription {
    private final Consumer<T> listener;
    private final Executor progress;
    private final Collection<Listening<T>> all;
    private volatile boolean open = true;

    /**
     * A listener that is not on the list yet.
     *
     * @param progress where the list may be changed
     * @param all the list, confined to the progress
     */
    Listening(Consumer<T> listener, Executor progress, Collection<Listening<T>> all) {
        this.listener = listener;
        this.progress = progress;
        this.all = all;
    }

    void tell(T news) {
        if (open) {
            listener.accept(news);
        }
    }

    @Override
    public void close() {
        open = false;
        progress.execute(() -> all.remove(this));
    }
}
