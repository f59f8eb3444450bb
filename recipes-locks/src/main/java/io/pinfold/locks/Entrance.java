package io.pinfold.locks;

import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Contention;
import io.pinfold.framework.Lease;
import io.pinfold.framework.PlaceTerms;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What is to be had by a place in one queue: each attempt is one {@link Contention}. Immutable.
 *
 * @param <L> the kind of lease
 */
final class Entrance<L extends Lease> implements Acquirable<L> {
    /** What is done besides queueing. Called by the thread that asks, or for futures by the client's callbacks. */
    interface Manner<L> {
        /** Before a thread waits; throws if it must not. */
        default void beforeWaiting() {}

        /** Makes of the place that was granted what the caller gets. */
        L granted(Lease place);

        /** The same for a thread that waited. */
        default L grantedToThread(Lease place) {
            return granted(place);
        }
    }

    private final RecipeClient client;
    private final PlaceTerms terms;
    private final Manner<L> manner;

    Entrance(RecipeClient client, PlaceTerms terms, Manner<L> manner) {
        this.client = client;
        this.terms = terms;
        this.manner = manner;
    }

    @Override
    public L acquire() throws InterruptedException {
        manner.beforeWaiting();
        return manner.grantedToThread(
                Contention.enterInline(client, terms).await().orElseThrow());
    }

    @Override
    public Optional<L> tryAcquire() throws InterruptedException {
        return Contention.enterInlineWithoutWaiting(client, terms).await().map(manner::grantedToThread);
    }

    @Override
    public Optional<L> tryAcquire(Duration timeout) throws InterruptedException {
        manner.beforeWaiting();
        return Contention.enterInline(client, terms).await(timeout).map(manner::grantedToThread);
    }

    @Override
    public CompletableFuture<L> acquireAsync() {
        return Contention.enterInline(client, terms)
                .answer(place -> place.map(manner::granted).orElseThrow());
    }

    @Override
    public CompletableFuture<Optional<L>> tryAcquireAsync(Duration timeout) {
        return Contention.enterInline(client, terms).within(timeout).answer(place -> place.map(manner::granted));
    }

    @Override
    public String toString() {
        return "Entrance[" + terms.directory() + ", " + terms.names().marker() + ']';
    }
}
