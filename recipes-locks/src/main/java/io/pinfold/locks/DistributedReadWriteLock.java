package io.pinfold.locks;

import io.pinfold.Acl;
import io.pinfold.ZnodePath;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.BlockingRead;
import io.pinfold.framework.Lease;
import io.pinfold.framework.Place;
import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.PlaceTerms;
import io.pinfold.framework.Ranking;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lock that any number of readers may hold together, or one writer alone, in the order of arrival.
 *
 * <pre>{@code
 * DistributedReadWriteLock lock = DistributedReadWriteLock.at(client, "/locks/catalog");
 * try (WriteLease writing = lock.write().acquire()) {
 *     rebuild(writing.fencingToken());
 *     try (Lease reading = writing.downgrade()) { // no writer in between
 *         publish(reading);
 *     }
 * }
 * }</pre>
 *
 * <p><b>What is promised.</b> While a writer holds the lock nobody else does. A writer's fencing token is larger than
 * that of every lease before, a reader's larger than that of every writer before; readers at the same time have different
 * tokens, which say nothing about each other. Who asks first is served first: readers do not overtake a writer that
 * waits. Leases tell that they are lost as those of {@link DistributedLock} do.
 *
 * <p><b>Downgrade, no upgrade.</b> {@link WriteLease#downgrade()} turns a writer into a reader. A reader cannot become a
 * writer: two that tried would wait for each other for ever. A thread that waits for {@link #write()} while it has a read
 * lease that it took from the same object by a blocking call gets an {@link IllegalStateException}.
 *
 * <p><b>Layout.</b> The one of Apache Curator's {@code InterProcessReadWriteLock}: programs with either exclude each
 * other on the same path. Leases are values, not reentrant, and owned by no thread. Costs what {@link DistributedLock}
 * costs.
 *
 * <p>Thread-safe; cheap to make, holds nothing on the server, need not be closed.
 */
public final class DistributedReadWriteLock {
    private final RecipeClient client;
    private final String path;
    private final Acquirable<Lease> read;
    private final Acquirable<WriteLease> write;
    private final Care care;

    private DistributedReadWriteLock(Builder builder) {
        this.client = builder.client;
        this.path = builder.path;
        this.care = new Care(client, path);
        byte[] owner = builder.ownerOrDefault().getBytes(StandardCharsets.UTF_8);
        List<Acl> acl = builder.acl;
        ReadHolds holds = new ReadHolds();
        this.read = new Entrance<>(
                client, builder.terms(ReadWriteQueue.READERS, ReadWriteQueue.reading(), owner), new Reading(holds));
        this.write = new Entrance<>(
                client,
                builder.terms(ReadWriteQueue.WRITERS, ReadWriteQueue.writing(), owner),
                new Entrance.Manner<>() {
                    @Override
                    public void beforeWaiting() {
                        holds.refuseUpgrade(path);
                    }

                    @Override
                    public WriteLease granted(Lease place) {
                        return new WriteHold(client, place, owner, acl);
                    }
                });
    }

    /** A reader that waited in a thread is remembered, so that the thread does not wait for itself. */
    private record Reading(ReadHolds holds) implements Entrance.Manner<Lease> {
        @Override
        public Lease granted(Lease place) {
            return place;
        }

        @Override
        public Lease grantedToThread(Lease place) {
            return holds.add(place);
        }
    }

    /**
     * {@return the lock at a path, with default settings}
     *
     * @param client the client whose session is to own the leases
     * @param path the znode that stands for the lock; it and its parents are made, as containers, when they are missing
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static DistributedReadWriteLock at(RecipeClient client, String path) {
        return builder(client, path).build();
    }

    /**
     * {@return a builder for a lock with other than default settings}
     *
     * @param client the client whose session is to own the leases
     * @param path the znode that stands for the lock
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static Builder builder(RecipeClient client, String path) {
        return new Builder(client, path);
    }

    /** {@return the path of the znode that stands for the lock} */
    public String path() {
        return path;
    }

    /** {@return the side of the readers, who hold the lock together} */
    public Acquirable<Lease> read() {
        return read;
    }

    /**
     * {@return the side of the writers, who hold the lock alone}
     *
     * <p>Its blocking calls throw {@link IllegalStateException} in a thread that has a read lease of this object, which it
     * took by a blocking call and did not close.
     */
    public Acquirable<WriteLease> write() {
        return write;
    }

    /**
     * {@return who holds the lock and who waits, in order; takes two round trips}
     *
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public ReadWriteLockView inspect() {
        return BlockingRead.await(inspectAsync(), path);
    }

    /** {@return who holds the lock and who waits, in order; completes on the client's callback executor} */
    public CompletableFuture<ReadWriteLockView> inspectAsync() {
        return places(ReadWriteQueue.READERS).thenCombine(places(ReadWriteQueue.WRITERS), ReadWriteLockView::of);
    }

    /**
     * Asks the owner of a place to give it back, as {@link DistributedLock#requestRevocation} does.
     *
     * @param place a place that {@link #inspect()} showed
     * @return completes with whether the place was still there; fails as a write fails
     * @throws IllegalArgumentException if the place belongs to another lock
     */
    public CompletableFuture<Boolean> requestRevocation(LockPlace place) {
        return care.requestRevocation(place);
    }

    /**
     * Takes a place away, whoever owns it, as {@link DistributedLock#forceRelease} does.
     *
     * @param place a place that {@link #inspect()} showed
     * @return completes with whether the place was still there; fails as a deletion fails
     * @throws IllegalArgumentException if the place belongs to another lock
     */
    public CompletableFuture<Boolean> forceRelease(LockPlace place) {
        return care.forceRelease(place);
    }

    @Override
    public String toString() {
        return "DistributedReadWriteLock[" + path + ']';
    }

    private CompletableFuture<List<LockPlace>> places(PlaceNames names) {
        return Place.readAll(client, path, names)
                .thenApply(places -> places.stream().map(LockPlace::of).toList());
    }

    /** Settings of a read-write lock. Not thread-safe. */
    public static final class Builder {
        private final RecipeClient client;
        private final String path;
        private List<Acl> acl = Acl.OPEN;
        private @Nullable String owner;
        private @Nullable Consumer<Lease> revokeListener;

        private Builder(RecipeClient client, String path) {
            this.client = client;
            this.path = ZnodePath.check(path);
        }

        /**
         * {@return this builder}
         *
         * @param text what {@link DistributedReadWriteLock#inspect()} shows as owner; {@code host/pid} by default
         */
        public Builder owner(String text) {
            this.owner = text;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param entries who may do what with the lock's znodes; open to everybody by default. All who use the lock must be
         *     able to create and delete children of the lock's znode and to read each other's
         */
        public Builder acl(List<Acl> entries) {
            this.acl = List.copyOf(entries);
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param listener told of a lease that somebody wants back, in order and one at a time on the client's callback
         *     executor; typically it has the work stopped and the lease closed. Not told of a lease that came from a
         *     downgrade
         */
        public Builder onRevokeRequested(Consumer<Lease> listener) {
            this.revokeListener = listener;
            return this;
        }

        /** {@return the lock} */
        public DistributedReadWriteLock build() {
            return new DistributedReadWriteLock(this);
        }

        private PlaceTerms terms(PlaceNames names, Ranking ranking, byte[] data) {
            return PlaceTerms.exclusive(path, names)
                    .withRanking(ranking)
                    .withData(data)
                    .withAcl(acl)
                    .withOnDataChanged(Care.revocations(client, revokeListener));
        }

        private String ownerOrDefault() {
            String text = owner;
            return text == null ? client.runtime().processName() : text;
        }
    }
}
