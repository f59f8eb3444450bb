package io.pinfold.groups;

import io.pinfold.ZnodePath;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Contention;
import io.pinfold.framework.Lease;
import io.pinfold.framework.PlaceNames;
import io.pinfold.framework.PlaceTerms;
import io.pinfold.framework.SerialExecutor;
import io.pinfold.framework.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Divides resources among the members of a group, anew when members come and go.
 *
 * <pre>{@code
 * Partitioner shards = Partitioner.builder(client, "/partitions/orders")
 *         .resources(names)
 *         .settleFor(Duration.ofSeconds(5))
 *         .onAssigned(partition -> consumer.open(partition.resource(), partition.fencingToken()))
 *         .onRevoking(partition -> consumer.close(partition.resource()))
 *         .join("worker-7");
 * }</pre>
 *
 * <p><b>What is promised.</b> A resource has at most one owner at any moment, and each owner's fencing token is larger than
 * those of all before: ownership is a lease, as that of a lock. It is handed over in two steps: the old owner's
 * {@code onRevoking} returns before the new owner's {@code onAssigned} is called. When a member comes or goes, only the
 * resources that it gets or had move.
 *
 * <p>An owner whose lease is lost, with its session, is told by the same {@code onRevoking}, in the moment when
 * {@link Lease#lost()} tells; that may return after another owner was assigned, and only the fencing token keeps a resource
 * from harm then.
 *
 * <p><b>Lost connections.</b> A member stays one, and keeps what it owns, while its session lives; then others take over.
 * It joins again by itself.
 *
 * <p><b>Layout.</b> {@code path/members}: a group as {@link Group} has it. {@code path/resources/NAME}: the queue of a lock.
 *
 * <p>Thread-safe: what is owned is in a concurrent set; the rest is confined to {@code progress}.
 */
public final class Partitioner implements AutoCloseable {
    private static final PlaceNames NAMES = new PlaceNames("lock-");

    private final RecipeClient client;
    private final String path;
    private final String id;
    private final Consumer<Partition> onAssigned;
    private final Consumer<Partition> onRevoking;
    private final SerialExecutor progress;
    private final SerialExecutor callbacks;
    private final Group<String> group;
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final Set<String> owned = new ConcurrentSkipListSet<>();

    // Confined to the progress.
    private final SortedMap<String, Share> shares = new TreeMap<>();
    private Set<String> members = Set.of();
    private @Nullable Membership<String> membership;
    private @Nullable Subscription changes;
    private boolean leaving;

    private Partitioner(Builder builder, String id) {
        this.client = builder.client;
        this.path = builder.path;
        this.id = id;
        this.onAssigned = builder.onAssigned;
        this.onRevoking = builder.onRevoking;
        this.progress = new SerialExecutor(client.runtime().callbackExecutor());
        this.callbacks = new SerialExecutor(client.runtime().callbackExecutor());
        this.group = Group.at(client, ZnodePath.child(path, "members"), Codec.TEXT);
        builder.resources.forEach(resource -> shares.put(resource, new Share(resource)));
    }

    /**
     * {@return a builder for the division of resources}
     *
     * @param client the client whose session is to own the resources
     * @param path the znode that stands for the division; made, with its parents, as a container
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static Builder builder(RecipeClient client, String path) {
        return new Builder(client, path);
    }

    /** {@return what this member is called} */
    public String id() {
        return id;
    }

    /** {@return the resources that this process owns now: assigned, and not yet revoked; does not block} */
    public Set<String> owned() {
        return owned.stream().collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return the members of the group, as they are seen now; does not block} */
    public Set<String> members() {
        return group.members().ids();
    }

    /** Leaves, in the background: has everything revoked, then gives it back. Does not block. */
    @Override
    public void close() {
        progress.execute(() -> {
            if (leaving) {
                return;
            }
            leaving = true;
            if (changes != null) {
                changes.close();
            }
            group.close();
            Membership<String> mine = membership;
            CompletableFuture<Void> gone = mine == null ? CompletableFuture.completedFuture(null) : mine.closeAsync();
            List<CompletableFuture<Void>> returned = new ArrayList<>();
            for (Share share : shares.values()) {
                share.settle(false);
                returned.add(share.idle);
            }
            returned.add(gone);
            CompletableFuture.allOf(returned.toArray(new CompletableFuture<?>[0]))
                    .whenComplete((done, failure) -> callbacks.execute(() -> left.complete(null)));
        });
    }

    /**
     * Leaves.
     *
     * @return completes when everything is revoked and given back; never fails
     */
    public CompletableFuture<Void> closeAsync() {
        close();
        return left.copy();
    }

    @Override
    public String toString() {
        return "Partitioner[" + path + ", " + id + ", " + owned + ']';
    }

    private void begin(Membership<String> joined, Duration settle) {
        progress.execute(() -> {
            if (leaving) { // whoever wanted to join does not want to any more
                joined.close();
                return;
            }
            membership = joined;
            changes = group.onSettled(
                    settle,
                    change -> progress.execute(() -> divide(change.members().ids())));
        });
    }

    private void divide(Set<String> now) {
        if (!leaving) {
            members = now;
            shares.values().forEach(share -> share.settle(share.isMine()));
        }
    }

    /** What becomes of one resource here. Confined to the progress. */
    private final class Share {
        private final String resource;
        private @Nullable Contention attempt;
        private @Nullable Lease lease;
        private boolean revoking;
        /** Completes when the resource is not owned and not asked for; another one for each time. */
        private CompletableFuture<Void> idle = CompletableFuture.completedFuture(null);

        Share(String resource) {
            this.resource = resource;
        }

        boolean isMine() {
            return !leaving
                    && Rendezvous.ownerOf(resource, members).filter(id::equals).isPresent();
        }

        void settle(boolean wanted) {
            if (wanted && attempt == null && lease == null) {
                ask();
            } else if (!wanted && lease != null) {
                revoke();
            } else if (!wanted && attempt != null) {
                attempt.withdraw();
            }
        }

        private void ask() {
            idle = new CompletableFuture<>();
            PlaceTerms terms = PlaceTerms.exclusive(ZnodePath.child(path, "resources/" + resource), NAMES)
                    .withData(id.getBytes(StandardCharsets.UTF_8));
            Contention mine = Contention.enter(client, terms);
            attempt = mine;
            mine.answered()
                    .whenComplete((held, failure) -> progress.execute(() -> {
                        attempt = null;
                        if (held == null || held.isEmpty()) {
                            idle();
                        } else {
                            granted(held.get());
                        }
                    }));
        }

        private void granted(Lease place) {
            lease = place;
            Partition partition = new Partition(resource, place);
            callbacks.execute(() -> {
                owned.add(resource);
                onAssigned.accept(partition);
            });
            place.lost().thenRun(() -> progress.execute(this::revoke));
            settle(isMine());
        }

        /** Has the owner stop, then gives the resource back. */
        private void revoke() {
            Lease place = lease;
            if (place == null || revoking) {
                return;
            }
            revoking = true;
            Partition partition = new Partition(resource, place);
            callbacks.execute(() -> {
                try {
                    onRevoking.accept(partition);
                } finally {
                    owned.remove(resource);
                    progress.execute(() -> giveBack(place));
                }
            });
        }

        private void giveBack(Lease place) {
            lease = null;
            revoking = false;
            CompletableFuture<Void> now = idle;
            place.closeAsync().whenComplete((done, failure) -> now.complete(null));
            settle(isMine());
        }

        /** An attempt ended without a lease: it was withdrawn, or the client cannot be used any more. */
        private void idle() {
            idle.complete(null);
            settle(isMine() && client.session().state() != SessionState.CLOSED);
        }
    }

    /** Settings of a partitioner. Not thread-safe. */
    public static final class Builder {
        private final RecipeClient client;
        private final String path;
        private Set<String> resources = Set.of();
        private Duration settle = Duration.ofSeconds(1);
        private Consumer<Partition> onAssigned = partition -> {};
        private Consumer<Partition> onRevoking = partition -> {};

        private Builder(RecipeClient client, String path) {
            this.client = client;
            this.path = ZnodePath.check(path);
        }

        /**
         * {@return this builder}
         *
         * @param names the names of the resources, which are names for znodes; all members must say the same
         * @throws io.pinfold.BadArgumentsException if one is not
         */
        public Builder resources(Collection<String> names) {
            names.forEach(name -> ChildPath.of(path, name));
            this.resources = Set.copyOf(names);
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param quiet how long no member must come or go before the resources are divided anew; a second by default. A
         *     rolling restart that takes less for each process moves its resources only once
         */
        public Builder settleFor(Duration quiet) {
            this.settle = quiet;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param listener told of each resource that this process owns now. Calls of both listeners come in order and one at
         *     a time, on the client's callback executor; what they throw is logged
         */
        public Builder onAssigned(Consumer<Partition> listener) {
            this.onAssigned = listener;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param listener told of each resource that this process is to stop using; when it returns, another one may own it
         */
        public Builder onRevoking(Consumer<Partition> listener) {
            this.onRevoking = listener;
            return this;
        }

        /**
         * Joins, through outages if need be.
         *
         * @param id what to be called; a znode's name
         * @return the member, which is assigned its resources when the group is settled
         * @throws DuplicateMemberException if somebody with that id is there
         * @throws io.pinfold.BadArgumentsException if the id is no name
         * @throws io.pinfold.PinfoldException if the client may not join, or is closed
         * @throws InterruptedException if the thread is interrupted; the attempt is withdrawn then
         */
        public Partitioner join(String id) throws InterruptedException {
            return Waiting.forever(joinAsync(id));
        }

        /**
         * Joins without blocking.
         *
         * @param id what to be called
         * @return the member, as {@link #join} returns it or fails; completes on the client's callback executor. To cancel the
         *     future, or complete it otherwise, withdraws the attempt
         * @throws io.pinfold.BadArgumentsException if the id is no name
         */
        public CompletableFuture<Partitioner> joinAsync(String id) {
            Partitioner partitioner = new Partitioner(this, id);
            CompletableFuture<Membership<String>> joining = partitioner.group.joinAsync(id, "");
            CompletableFuture<Partitioner> joined = new CompletableFuture<>();
            joining.whenComplete((membership, failure) -> {
                if (membership != null) {
                    partitioner.begin(membership, settle);
                    joined.complete(partitioner);
                } else {
                    joined.completeExceptionally(failure);
                }
            });
            joined.whenComplete((ready, failure) -> {
                if (failure != null) {
                    joining.cancel(false);
                    partitioner.close();
                }
            });
            return joined;
        }
    }
}
