package io.pinfold.locks;

import io.pinfold.Acl;
import io.pinfold.ZnodePath;
import io.pinfold.client.AsyncClient;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Place;
import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.SerialExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A number of equal permits that processes all over a network share, given out in the order of arrival.
 *
 * <pre>{@code
 * DistributedSemaphore reports = DistributedSemaphore.builder(client, "/limits/reports").permits(8).build();
 * try (Permits three = reports.acquire(3)) { // all three or none
 *     run(three.count());
 * }
 * }</pre>
 *
 * <p><b>What is promised.</b> Never are more permits held than there are, but for permits that were given out before the
 * semaphore was made smaller. Who wants several gets all at once: nobody holds some while it waits for more. Who asks
 * first is served first, so many do not wait for ever behind few; few wait behind many. Permits tell that they are lost
 * as leases of {@link DistributedLock} do, before the server can give them to others.
 *
 * <p><b>Agreement.</b> The size is stored with the semaphore, by whoever uses it first. A process that was told another
 * one gets a {@link SizeMismatchException} instead of permits. After {@link #resize} both the new size and the first one
 * agree, so that running processes need no new configuration.
 *
 * <p><b>Layout.</b> The one of Apache Curator's {@code InterProcessSemaphoreV2}: programs with either share the same
 * permits on the same path. Curator does not look at the stored size unless it is kept in a {@code SharedCount}, see
 * {@link Builder#sharedCount}.
 *
 * <p>As an {@link Acquirable} it gives out single permits; {@link #permits(int)} gives out several at once. Immutable and
 * thread-safe; cheap to make, holds nothing on the server, need not be closed.
 */
public final class DistributedSemaphore implements Acquirable<Permits> {
    private final RecipeClient client;
    private final SemaphoreTerms terms;
    private final Acquirable<Permits> one;

    private DistributedSemaphore(Builder builder) {
        this.client = builder.client;
        this.terms = builder.terms();
        this.one = permits(1);
    }

    /**
     * {@return the semaphore at a path, with the size that is stored there}
     *
     * @param client the client whose session is to own the permits
     * @param path the znode that stands for the semaphore
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static DistributedSemaphore at(RecipeClient client, String path) {
        return builder(client, path).build();
    }

    /**
     * {@return a builder for a semaphore with other than default settings}
     *
     * @param client the client whose session is to own the permits
     * @param path the znode that stands for the semaphore; it and its parents are made when they are missing
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static Builder builder(RecipeClient client, String path) {
        return new Builder(client, path);
    }

    /** {@return the path of the znode that stands for the semaphore} */
    public String path() {
        return terms.path();
    }

    /**
     * {@return what gives out several permits at once, all or none}
     *
     * <p>To acquire them fails with {@link IllegalArgumentException} if the semaphore has fewer, with
     * {@link SizeMismatchException} if processes disagree about its size, and with {@link IllegalStateException} if nobody
     * ever said its size, or if the path is used for something else.
     *
     * @param count how many, at least 1
     */
    public Acquirable<Permits> permits(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("Wanted at least one permit, got " + count);
        }
        return new Several(client, terms, count);
    }

    /**
     * Waits for several permits, all or none.
     *
     * @param count how many, at least 1
     * @return the permits, held a moment ago
     * @throws IllegalArgumentException if the semaphore has fewer
     * @throws IllegalStateException as {@link #permits(int)} says
     * @throws InterruptedException if the thread is interrupted; the attempt is withdrawn then
     */
    public Permits acquire(int count) throws InterruptedException {
        return permits(count).acquire();
    }

    @Override
    public Permits acquire() throws InterruptedException {
        return one.acquire();
    }

    /**
     * Takes a permit if one is free and nobody waits. While others are being served it waits for its turn to look, for a
     * second at most.
     *
     * @return the permit, or empty
     * @throws InterruptedException if the thread is interrupted; the attempt is withdrawn then
     * @throws io.pinfold.PinfoldException if the server could not be asked; the attempt is withdrawn then
     */
    @Override
    public Optional<Permits> tryAcquire() throws InterruptedException {
        return one.tryAcquire();
    }

    @Override
    public Optional<Permits> tryAcquire(Duration timeout) throws InterruptedException {
        return one.tryAcquire(timeout);
    }

    @Override
    public CompletableFuture<Permits> acquireAsync() {
        return one.acquireAsync();
    }

    @Override
    public CompletableFuture<Optional<Permits>> tryAcquireAsync(Duration timeout) {
        return one.tryAcquireAsync(timeout);
    }

    /**
     * Changes the number of permits, for all processes; who waits looks again. Permits that were given out stay valid: a
     * smaller size is reached when enough were given back.
     *
     * @param size how many there are to be, at least 0
     * @throws io.pinfold.PinfoldException if the server could not be asked, or refused
     */
    public void resize(int size) {
        Waiting.forReply(resizeAsync(size), path());
    }

    /**
     * Changes the number of permits, without blocking.
     *
     * @param size how many there are to be, at least 0
     * @return completes when the size is stored; fails as {@link #resize} does
     */
    public CompletableFuture<Void> resizeAsync(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("A semaphore cannot have " + size + " permits");
        }
        return Waiting.unwrapped(new SizeAgreement(async(), terms).change(size).thenApply(stored -> null));
    }

    /**
     * {@return how many permits there are, who holds some and who waits; takes two round trips}
     *
     * @throws io.pinfold.NoNodeException if the semaphore was never used
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public SemaphoreView inspect() {
        return Waiting.forReply(inspectAsync(), path());
    }

    /** {@return how many permits there are, who holds some and who waits; completes on the client's callback executor} */
    public CompletableFuture<SemaphoreView> inspectAsync() {
        CompletableFuture<Integer> size = async().get(terms.size().path(), null).thenApply(node -> {
            SemaphoreSize.Stored stored = terms.size().read(node.data());
            return stored == null ? terms.size().declared().orElse(0) : stored.now();
        });
        CompletableFuture<List<LockPlace>> given = places(terms.leases(), SemaphoreTerms.LEASE_NAMES);
        CompletableFuture<List<LockPlace>> waiting = places(terms.locks(), SemaphoreTerms.QUEUE_NAMES);
        return Waiting.unwrapped(size.thenCombine(given, (many, permits) -> new SemaphoreView(many, permits, List.of()))
                .thenCombine(waiting, (view, waiters) -> new SemaphoreView(view.size(), view.permits(), waiters)));
    }

    /**
     * Takes one permit, or a place among those who wait, away from its owner, as {@link DistributedLock#forceRelease} does.
     * Whoever took the permit together with others loses all of them.
     *
     * @param place a place that {@link #inspect()} showed
     * @return completes with whether the place was still there; fails as a deletion fails
     * @throws IllegalArgumentException if the place belongs to something else
     */
    public CompletableFuture<Boolean> forceRelease(LockPlace place) {
        String directory = ZnodePath.parent(place.path());
        return new Care(client, directory.equals(terms.locks()) ? directory : terms.leases()).forceRelease(place);
    }

    @Override
    public String toString() {
        return "DistributedSemaphore[" + path() + ']';
    }

    private AsyncClient async() {
        return client.async(new SerialExecutor(client.runtime().callbackExecutor()));
    }

    private CompletableFuture<List<LockPlace>> places(String directory, PlaceNames names) {
        return Place.readAll(client, directory, names)
                .thenApply(places -> places.stream().map(LockPlace::of).toList());
    }

    /** A number of permits at once. Immutable. */
    private record Several(RecipeClient client, SemaphoreTerms terms, int count) implements Acquirable<Permits> {
        @Override
        public Permits acquire() throws InterruptedException {
            return PermitAttempt.begin(client, terms, count, true).await().orElseThrow();
        }

        @Override
        public Optional<Permits> tryAcquire() throws InterruptedException {
            return PermitAttempt.begin(client, terms, count, false).await();
        }

        @Override
        public Optional<Permits> tryAcquire(Duration timeout) throws InterruptedException {
            return PermitAttempt.begin(client, terms, count, true)
                    .within(timeout)
                    .await();
        }

        @Override
        public CompletableFuture<Permits> acquireAsync() {
            return PermitAttempt.begin(client, terms, count, true).future(Optional::orElseThrow);
        }

        @Override
        public CompletableFuture<Optional<Permits>> tryAcquireAsync(Duration timeout) {
            return PermitAttempt.begin(client, terms, count, true)
                    .within(timeout)
                    .future(given -> given);
        }
    }

    /** Settings of a semaphore. Not thread-safe. */
    public static final class Builder {
        private final RecipeClient client;
        private final String path;
        private OptionalInt permits = OptionalInt.empty();
        private List<Acl> acl = Acl.OPEN;
        private @Nullable String owner;
        private @Nullable String sharedCount;

        private Builder(RecipeClient client, String path) {
            this.client = client;
            this.path = ZnodePath.check(path);
        }

        /**
         * {@return this builder}
         *
         * @param size how many permits there are, at least 1. Stored by whoever uses the semaphore first, and compared by
         *     all others; without it, a process goes by what is stored
         */
        public Builder permits(int size) {
            if (size < 1) {
                throw new IllegalArgumentException("A semaphore cannot begin with " + size + " permits");
            }
            this.permits = OptionalInt.of(size);
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param znode where the size is kept in the format of Apache Curator's {@code SharedCount}, for semaphores that
         *     Curator's programs use with one; {@link #permits} is then the value to begin with, and not compared
         * @throws io.pinfold.BadArgumentsException if the path is not legal
         */
        public Builder sharedCount(String znode) {
            this.sharedCount = ZnodePath.check(znode);
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param text what {@link DistributedSemaphore#inspect()} shows as owner; {@code host/pid} by default
         */
        public Builder owner(String text) {
            this.owner = text;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param entries who may do what with the semaphore's znodes; open to everybody by default
         */
        public Builder acl(List<Acl> entries) {
            this.acl = List.copyOf(entries);
            return this;
        }

        /** {@return the semaphore} */
        public DistributedSemaphore build() {
            return new DistributedSemaphore(this);
        }

        private SemaphoreTerms terms() {
            String count = sharedCount;
            SemaphoreSize size = count == null
                    ? new SemaphoreSize(path, SemaphoreSize.Format.TEXT, permits)
                    : new SemaphoreSize(count, SemaphoreSize.Format.SHARED_COUNT, permits);
            String text = owner;
            byte[] data = (text == null ? client.runtime().processName() : text).getBytes(StandardCharsets.UTF_8);
            return new SemaphoreTerms(path, size, data, acl);
        }
    }
}
