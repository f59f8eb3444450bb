package io.pinfold.locks;

import io.pinfold.client.RecipeClient;
import io.pinfold.framework.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Several locks that are acquired together: all or none, in one canonical order, within one deadline.
 *
 * <pre>{@code
 * try (LeaseSet both = LockSet.of(client, "/locks/a", "/locks/b").acquire()) {
 *     transfer(both.fencingToken("/locks/a"), both.fencingToken("/locks/b"));
 * }
 * }</pre>
 *
 * <p>Whatever the order in which they are named, locks are acquired in the order of their paths: two sets with common locks
 * cannot wait for each other in a circle. That holds among programs that use sets, or that acquire single locks in that
 * order; Apache Curator's {@code InterProcessMultiLock} goes by the order of its caller.
 *
 * <p>An attempt holds the first locks while it waits for the later ones. When one that it has is lost meanwhile, it gives
 * all back and begins again. Costs as many round trips as there are locks.
 *
 * <p>Immutable and thread-safe; cheap to make, holds nothing on the server, need not be closed.
 */
public final class LockSet implements Acquirable<LeaseSet> {
    private final RecipeClient client;
    private final SortedMap<String, Acquirable<? extends Lease>> locks;

    private LockSet(Builder builder) {
        this.client = builder.client;
        this.locks = new TreeMap<>(builder.locks);
    }

    /**
     * {@return a set of exclusive locks}
     *
     * @param client the client whose session is to own the leases
     * @param paths the znodes that stand for the locks, as for {@link DistributedLock#at}; at least one, none twice
     * @throws IllegalArgumentException if there is none, or one twice
     * @throws io.pinfold.BadArgumentsException if a path is not legal
     */
    public static LockSet of(RecipeClient client, String... paths) {
        Builder builder = builder(client);
        for (String path : paths) {
            builder.lock(path);
        }
        return builder.build();
    }

    /**
     * {@return a builder for a set of locks of different kinds}
     *
     * @param client the client whose session is to own the leases
     */
    public static Builder builder(RecipeClient client) {
        return new Builder(client);
    }

    /** {@return the paths of the locks, in the order in which they are acquired} */
    public List<String> paths() {
        return List.copyOf(locks.keySet());
    }

    @Override
    public LeaseSet acquire() throws InterruptedException {
        return LockSetAttempt.begin(client, locks, null).await().orElseThrow();
    }

    @Override
    public Optional<LeaseSet> tryAcquire() throws InterruptedException {
        SortedMap<String, Lease> taken = new TreeMap<>();
        boolean complete = false;
        try {
            for (var lock : locks.entrySet()) {
                Optional<? extends Lease> lease = lock.getValue().tryAcquire();
                if (lease.isEmpty()) {
                    return Optional.empty();
                }
                taken.put(lock.getKey(), lease.get());
            }
            complete = true;
            return Optional.of(new LeaseSet(taken));
        } finally {
            if (!complete) {
                LeaseSet.closeAll(new ArrayList<>(taken.values()));
            }
        }
    }

    @Override
    public Optional<LeaseSet> tryAcquire(Duration timeout) throws InterruptedException {
        return LockSetAttempt.begin(client, locks, timeout).await();
    }

    @Override
    public CompletableFuture<LeaseSet> acquireAsync() {
        return LockSetAttempt.begin(client, locks, null).future(Optional::orElseThrow);
    }

    @Override
    public CompletableFuture<Optional<LeaseSet>> tryAcquireAsync(Duration timeout) {
        return LockSetAttempt.begin(client, locks, timeout).future(set -> set);
    }

    @Override
    public String toString() {
        return "LockSet" + paths();
    }

    /** The locks of a set. Not thread-safe. */
    public static final class Builder {
        private final RecipeClient client;
        private final SortedMap<String, Acquirable<? extends Lease>> locks = new TreeMap<>();

        private Builder(RecipeClient client) {
            this.client = client;
        }

        /**
         * {@return this builder}
         *
         * @param path an exclusive lock, as for {@link DistributedLock#at}
         */
        public Builder lock(String path) {
            return add(path, DistributedLock.at(client, path));
        }

        /**
         * {@return this builder}
         *
         * @param path a lock to read, as for {@link DistributedReadWriteLock#at}
         */
        public Builder read(String path) {
            return add(path, DistributedReadWriteLock.at(client, path).read());
        }

        /**
         * {@return this builder}
         *
         * @param path a lock to write, as for {@link DistributedReadWriteLock#at}
         */
        public Builder write(String path) {
            return add(path, DistributedReadWriteLock.at(client, path).write());
        }

        /**
         * {@return the set}
         *
         * @throws IllegalArgumentException if no lock was added
         */
        public LockSet build() {
            if (locks.isEmpty()) {
                throw new IllegalArgumentException("A set of locks needs at least one");
            }
            return new LockSet(this);
        }

        private Builder add(String path, Acquirable<? extends Lease> lock) {
            if (locks.put(path, lock) != null) {
                throw new IllegalArgumentException("The lock " + path + " is named twice, and would wait for itself");
            }
            return this;
        }
    }
}
