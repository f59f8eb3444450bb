package io.pinfold.locks;

import io.pinfold.Acl;
import io.pinfold.ZnodePath;
import io.pinfold.client.RecipeClient;
import io.pinfold.framework.BlockingRead;
import io.pinfold.framework.Lease;
import io.pinfold.framework.Place;
import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.PlaceTerms;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An exclusive lock that processes all over a network share, handed on in the order of arrival.
 *
 * <pre>{@code
 * DistributedLock lock = DistributedLock.at(client, "/locks/orders/42");
 * try (Lease lease = lock.acquire()) {
 *     warehouse.reserve(order, lease.fencingToken());
 * }
 * }</pre>
 *
 * <p><b>Leases are values.</b> A lock has no state of its own and belongs to no thread: each call that succeeds gives
 * another {@link Lease}, and any thread may close it. The lock is <em>not reentrant</em>: a thread that holds a lease
 * and asks again waits for itself. {@link #asJavaLock()} is.
 *
 * <p><b>What is promised.</b> At most one lease of a path is held at any moment. Each holder's fencing token is larger
 * than those of all before. A lease that may be lost says so before the server can give the lock to another, see
 * {@link Lease#state()} for what that takes. Who asks first is served first. However an attempt ends - in time, by
 * timeout, cancellation, interrupt, failure - no znode of it stays behind.
 *
 * <p><b>Lost connections.</b> {@link #acquire()} waits through outages; when its session ends while it waits, it queues
 * again, at the end. A holder keeps the lock over a lost connection as long as its session lives.
 *
 * <p><b>Layout.</b> The one of Apache Curator's {@code InterProcessMutex}: programs with either exclude each other on the
 * same path. Costs one round trip if the lock is free; a waiter costs one znode and two watches.
 *
 * <p>Thread-safe; cheap to make, holds nothing on the server, need not be closed. Immutable, but for the queue of its own
 * that {@link Builder#localHandOff} asks for.
 */
public final class DistributedLock implements Acquirable<Lease> {
    private static final PlaceNames NAMES = new PlaceNames("lock-");

    private final RecipeClient client;
    private final PlaceTerms terms;
    private final Acquirable<Lease> entrance;
    private final Care care;

    private DistributedLock(Builder builder) {
        this.client = builder.client;
        this.terms = PlaceTerms.exclusive(builder.path, NAMES)
                .withAcl(builder.acl)
                .withData(builder.ownerOrDefault().getBytes(StandardCharsets.UTF_8))
                .withOnDataChanged(Care.revocations(builder.client, builder.revokeListener));
        HoldLimits limits = builder.limits;
        this.entrance = builder.localHandOvers > 0
                ? new LocalQueue(client, terms, builder.localHandOvers, limits)
                : new Entrance<>(client, terms, place -> limits.applyTo(place, client));
        this.care = new Care(client, builder.path);
    }

    /**
     * {@return the lock at a path, with default settings}
     *
     * @param client the client whose session is to own the leases
     * @param path the znode that stands for the lock; it and its parents are made, as containers, when they are missing
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static DistributedLock at(RecipeClient client, String path) {
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
        return terms.directory();
    }

    @Override
    public Lease acquire() throws InterruptedException {
        return entrance.acquire();
    }

    @Override
    public Optional<Lease> tryAcquire() throws InterruptedException {
        return entrance.tryAcquire();
    }

    @Override
    public Optional<Lease> tryAcquire(Duration timeout) throws InterruptedException {
        return entrance.tryAcquire(timeout);
    }

    @Override
    public CompletableFuture<Lease> acquireAsync() {
        return entrance.acquireAsync();
    }

    @Override
    public CompletableFuture<Optional<Lease>> tryAcquireAsync(Duration timeout) {
        return entrance.tryAcquireAsync(timeout);
    }

    /**
     * {@return the lock as one of Java: owned by a thread, reentrant. Threads of this process share it by sharing the
     * returned object; each call returns another one}
     */
    public ThreadOwnedLock asJavaLock() {
        return new ThreadOwnedLock(this, toString());
    }

    /**
     * {@return who holds the lock and who waits, in order; takes two round trips}
     *
     * @throws io.pinfold.PinfoldException if the server could not be asked
     */
    public LockView inspect() {
        return BlockingRead.await(inspectAsync(), path());
    }

    /** {@return who holds the lock and who waits, in order; completes on the client's callback executor} */
    public CompletableFuture<LockView> inspectAsync() {
        return Place.readAll(client, path(), NAMES).thenApply(DistributedLock::view);
    }

    /**
     * Asks the owner of a place to give it back. It is up to the owner to listen, see {@link Builder#onRevokeRequested};
     * programs with Apache Curator's revocable lock understand it as well. Overwrites the place's owner text.
     *
     * @param place a place that {@link #inspect()} showed
     * @return completes with whether the place was still there; fails as a write fails
     * @throws IllegalArgumentException if the place belongs to another lock
     */
    public CompletableFuture<Boolean> requestRevocation(LockPlace place) {
        return care.requestRevocation(place);
    }

    /**
     * Takes a place away, whoever owns it: deletes its znode. A holder learns of it one event later, as
     * {@link io.pinfold.framework.LeaseLost.Reason#NODE_DELETED}, and may go on working for that long; only its fencing
     * token keeps it from doing harm. A waiter queues again, at the end.
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
        return "DistributedLock[" + path() + ']';
    }

    private static LockView view(List<Place> places) {
        List<LockPlace> queue = places.stream().map(LockPlace::of).toList();
        return queue.isEmpty()
                ? new LockView(Optional.empty(), List.of())
                : new LockView(Optional.of(queue.get(0)), queue.subList(1, queue.size()));
    }

    /** Settings of a lock. Not thread-safe. */
    public static final class Builder {
        private static final int MOST_HAND_OVERS = 1_000_000;

        private final RecipeClient client;
        private final String path;
        private List<Acl> acl = Acl.OPEN;
        private @Nullable String owner;
        private @Nullable Consumer<Lease> revokeListener;
        private HoldLimits limits = HoldLimits.NONE;
        private int localHandOvers;

        private Builder(RecipeClient client, String path) {
            this.client = client;
            this.path = ZnodePath.check(path);
        }

        /**
         * {@return this builder}
         *
         * @param text what {@link DistributedLock#inspect()} shows as owner; {@code host/pid} by default
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
         *     executor; typically it has the work stopped and the lease closed
         */
        public Builder onRevokeRequested(Consumer<Lease> listener) {
            this.revokeListener = listener;
            return this;
        }

        /**
         * {@return this builder}
         *
         * <p>A lease that is still held after that time is lost, with the reason
         * {@link io.pinfold.framework.LeaseLost.Reason#TIME_RAN_OUT}, while the session lives on. The holder is told first:
         * the lock goes to the next one when the lost lease is closed, or half a session timeout later. This process enforces
         * it; what keeps a holder that does not listen from doing harm is its fencing token.
         *
         * @param limit the time from the moment in which the lease is granted
         * @throws IllegalArgumentException if the time is not positive
         */
        public Builder maxHold(Duration limit) {
            this.limits = limits.withLongest(limit);
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param after the time from the moment in which the lease is granted
         * @param alarm told of a lease that is still held after that time, once, on the client's callback executor
         * @throws IllegalArgumentException if the time is not positive
         */
        public Builder alarmAfter(Duration after, Consumer<Lease> alarm) {
            this.limits = limits.withAlarm(after, alarm);
            return this;
        }

        /**
         * {@return this builder}
         *
         * <p>Those who want the lock through the same {@link DistributedLock} object then stand behind one znode, however
         * many they are: who is done hands the place to the next one here, without asking the server. After so many
         * hand-overs the place goes back, and who still waits here queues again behind all others. The order of arrival
         * holds among those here, and among the places on the server, not across both.
         *
         * <p><b>Tokens.</b> Leases that were handed on have the same path, fencing token and {@link Lease#check()}: a resource
         * cannot tell them apart. That is enough against other processes; within this one it is up to the holder to have
         * stopped working when it closes its lease.
         *
         * @param handOvers how many hand-overs in a row at most, 0 to 1,000,000; 0, the default, for none
         * @throws IllegalArgumentException if the number is out of range
         */
        public Builder localHandOff(int handOvers) {
            if (handOvers < 0 || handOvers > MOST_HAND_OVERS) {
                throw new IllegalArgumentException(
                        handOvers + " hand-overs in a row; it takes 0 to " + MOST_HAND_OVERS);
            }
            this.localHandOvers = handOvers;
            return this;
        }

        /** {@return the lock} */
        public DistributedLock build() {
            return new DistributedLock(this);
        }

        private String ownerOrDefault() {
            String text = owner;
            return text == null ? client.runtime().processName() : text;
        }
    }
}
