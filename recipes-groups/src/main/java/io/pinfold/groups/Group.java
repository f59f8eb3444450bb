package io.pinfold.groups;

import io.pinfold.NodeExistsException;
import io.pinfold.Stat;
import io.pinfold.ZnodePath;
import io.pinfold.client.ClientRuntime;
import io.pinfold.client.Node;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Subscription;
import io.pinfold.framework.Codec;
import io.pinfold.framework.Failures;
import io.pinfold.framework.Freshness;
import io.pinfold.framework.OwnedNode;
import io.pinfold.framework.SerialExecutor;
import io.pinfold.framework.TreeSnapshot;
import io.pinfold.framework.Waiting;
import io.pinfold.framework.WatchedTree;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes that know of each other: who is there, and what each says about itself.
 *
 * <pre>{@code
 * try (Group<String> group = Group.at(client, "/groups/workers", Codec.TEXT);
 *         Membership<String> me = group.join("worker-7", "10.0.0.7:8080")) {
 *     group.onChange(change -> ring.rebuild(change.members().ids()));
 *     ...
 * }
 * }</pre>
 *
 * <p><b>What is promised.</b> Each view is the group as it was after some transaction, but for {@link Members#exact()}, and later
 * views show later states.
 * Every change is told or overtaken by a later one of the same member; who left and joined again is told as both. A
 * member is there until it leaves or its session ends, and joins again in the next session. One id, one member: who asks
 * for an id that is taken is refused.
 *
 * <p><b>Lost connections.</b> The last view stays, and {@link #freshness()} says so. A process that is cut off is a member
 * in the eyes of others until its session ends.
 *
 * <p><b>Layout.</b> The one of Apache Curator's {@code GroupMember}: a child per member, named by its id, with its payload
 * as data; programs with either see each other. Costs one watch, and one read for each change.
 *
 * <p>Thread-safe.
 *
 * @param <T> the type of what members say about themselves
 */
public final class Group<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Group.class);

    private final RecipeClient client;
    private final String path;
    private final Codec<T> codec;
    private final WatchedTree tree;
    private volatile @Nullable Seen<T> seen;

    private Group(RecipeClient client, String path, Codec<T> codec) {
        this.client = client;
        this.path = ZnodePath.check(path);
        this.codec = codec;
        this.tree = WatchedTree.builder(client, path).maxDepth(1).build();
    }

    /**
     * {@return the group at a path, watched from now on}
     *
     * @param client the client to watch and to join with
     * @param path the znode that stands for the group; it and its parents are made, as containers, by whoever joins
     * @param codec what members say about themselves
     * @param <T> the type of what members say about themselves
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static <T> Group<T> at(RecipeClient client, String path, Codec<T> codec) {
        return new Group<>(client, path, codec);
    }

    /** {@return the path of the znode that stands for the group} */
    public String path() {
        return path;
    }

    /**
     * Joins, through outages if need be.
     *
     * @param id what to be called; a znode's name
     * @param payload what to say about oneself
     * @return the membership, there a moment ago
     * @throws DuplicateMemberException if somebody with that id is there, perhaps what is left of this process's
     *     predecessor; see {@link #join(String, Object, Duration)}
     * @throws io.pinfold.PinfoldException if the client may not join, or is closed
     * @throws InterruptedException if the thread is interrupted; the attempt is withdrawn then
     */
    public Membership<T> join(String id, T payload) throws InterruptedException {
        return Waiting.forever(joinAsync(id, payload));
    }

    /**
     * Joins, and waits for somebody with the same id to go: a process that was killed is a member until its session
     * ends, and its successor wants to be called the same.
     *
     * @param id what to be called
     * @param payload what to say about oneself
     * @param patience how long to wait at most
     * @return the membership, there a moment ago
     * @throws DuplicateMemberException if the id was not to be had in time
     * @throws io.pinfold.ConnectionLostException if no server answered in that time
     * @throws io.pinfold.PinfoldException if the client may not join, or is closed
     * @throws InterruptedException if the thread is interrupted; the attempt is withdrawn then
     */
    public Membership<T> join(String id, T payload, Duration patience) throws InterruptedException {
        OwnedNode node =
                node(client, path, codec, id, payload).waitWhileOccupied().build();
        CompletableFuture<Membership<T>> joined = membership(id, node, codec);
        Optional<Membership<T>> inTime = Waiting.atMost(joined, patience);
        return inTime.orElseThrow(() -> new DuplicateMemberException(id, node.path()));
    }

    /**
     * Joins without blocking.
     *
     * @param id what to be called
     * @param payload what to say about oneself
     * @return the membership when it is there; fails as {@link #join(String, Object)} does; completes on the client's
     *     callback executor. To cancel the future, or complete it otherwise, withdraws the attempt
     */
    public CompletableFuture<Membership<T>> joinAsync(String id, T payload) {
        return join(client, path, codec, id, payload);
    }

    /** Joins a group without watching it. */
    static <T> CompletableFuture<Membership<T>> join(
            RecipeClient client, String path, Codec<T> codec, String id, T payload) {
        return membership(id, node(client, path, codec, id, payload).build(), codec);
    }

    private static <T> OwnedNode.Builder node(RecipeClient client, String path, Codec<T> codec, String id, T payload) {
        return OwnedNode.builder(client, ChildPath.of(path, id)).data(codec.encode(payload));
    }

    private static <T> CompletableFuture<Membership<T>> membership(String id, OwnedNode node, Codec<T> codec) {
        CompletableFuture<Membership<T>> joined = new CompletableFuture<>();
        node.created().whenComplete((stat, failure) -> {
            if (stat != null) {
                joined.complete(new Membership<>(node, codec));
            } else {
                RuntimeException cause = Failures.causeOf(failure);
                joined.completeExceptionally(
                        cause instanceof NodeExistsException ? new DuplicateMemberException(id, node.path()) : cause);
            }
        });
        joined.whenComplete((membership, failure) -> {
            if (failure != null) {
                node.close();
            }
        });
        return joined;
    }

    /**
     * {@return completes with the first view, on the client's callback executor; however long that takes. Fails as
     * {@link WatchedTree#ready()} does}
     */
    public CompletableFuture<Members<T>> ready() {
        return Failures.unwrapped(tree.ready().thenApply(this::view));
    }

    /** {@return the newest view; an empty one until the group is {@linkplain #ready ready}. Does not block} */
    public Members<T> members() {
        return view(tree.snapshot());
    }

    /** {@return whether the view is up to date; does not block} */
    public Freshness freshness() {
        return tree.freshness();
    }

    /**
     * Waits until there are at least so many members.
     *
     * @param size how many
     * @param timeout how long to wait at most
     * @return the group as it was then, or empty if they did not come in time
     * @throws io.pinfold.ClientClosedException if the group or the client is closed
     * @throws InterruptedException if the thread is interrupted
     */
    public Optional<Members<T>> awaitSize(int size, Duration timeout) throws InterruptedException {
        return Waiting.atMost(tree.when(now -> members(now) >= size), timeout).map(this::view);
    }

    /**
     * Has a listener told of every change; first, when the group is ready, of who is there. Calls come in order and one at
     * a time, on the client's callback executor; what the listener throws is logged.
     *
     * @param listener told of each
     * @return ends the telling when closed
     */
    public Subscription onChange(Consumer<MembersChange<T>> listener) {
        Views<T> views = new Views<>();
        return tree.onChange(step -> views.next(view(step.after()), listener));
    }

    /**
     * Has a listener told of changes when no other followed for a while: a rolling restart, or a burst of joining, is one
     * change. First, when the group is ready and at rest, of who is there. Calls as for {@link #onChange}.
     *
     * @param quiet how long nothing must change
     * @param listener told of the difference to what it was told last
     * @return ends the telling when closed
     */
    public Subscription onSettled(Duration quiet, Consumer<MembersChange<T>> listener) {
        return new Settling(quiet, listener);
    }

    /** Ends the watching. Does not block; memberships stay until they are closed. Closing twice does nothing more. */
    @Override
    public void close() {
        tree.close();
    }

    @Override
    public String toString() {
        return "Group[" + path + ", " + freshness() + ']';
    }

    private int members(TreeSnapshot snapshot) {
        return snapshot.size() - (snapshot.get(path).isPresent() ? 1 : 0);
    }

    /** Members that did not change are taken from the last view: decoding is users' code, and there may be many. */
    private Members<T> view(TreeSnapshot snapshot) {
        Seen<T> last = seen;
        if (last != null && last.snapshot == snapshot) {
            return last.members;
        }
        SortedMap<String, Member<T>> byId = new TreeMap<>();
        for (Node node : snapshot.below(path)) {
            String id = ZnodePath.name(node.path());
            Member<T> known = last == null ? null : last.members.byId().get(id);
            byId.put(id, known != null && known.isAt(node.stat()) ? known : member(id, node));
        }
        Members<T> members = new Members<>(byId, snapshot.zxid(), snapshot.exact());
        seen = new Seen<>(snapshot, members);
        return members;
    }

    private Member<T> member(String id, Node node) {
        Stat stat = node.stat();
        return new Member<>(id, payload(node), stat.czxid(), stat.mzxid(), stat.ephemeralOwner());
    }

    private Optional<T> payload(Node node) {
        byte[] data = node.data();
        if (data == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(codec.decode(data));
        } catch (RuntimeException unreadable) { // users' code, fed with what anybody may have written
            LOG.debug("group-payload-unreadable member={}", node.path(), unreadable);
            return Optional.empty();
        }
    }

    /** A view and what it was made of. Immutable. */
    private record Seen<T>(TreeSnapshot snapshot, Members<T> members) {}

    /** What a listener was told last. Confined to the listener's executor. */
    private static final class Views<T> {
        private Members<T> last = new Members<>(new TreeMap<>(), 0, true);
        private boolean told;

        void next(Members<T> now, Consumer<MembersChange<T>> listener) {
            MembersChange<T> change = MembersChange.between(last, now);
            if (!told || !change.isEmpty()) {
                told = true;
                last = now;
                listener.accept(change);
            }
        }
    }

    /** Holds changes back until none follows. Confined to {@code calls}, except for closing. */
    private final class Settling implements Subscription {
        private final Duration quiet;
        private final Consumer<MembersChange<T>> listener;
        private final SerialExecutor calls = new SerialExecutor(client.runtime().callbackExecutor());
        private final Views<T> views = new Views<>();
        private final Subscription changes;
        private volatile boolean open = true;
        private int round;
        private ClientRuntime.@Nullable Cancellable timer;

        Settling(Duration quiet, Consumer<MembersChange<T>> listener) {
            this.quiet = quiet;
            this.listener = listener;
            this.changes = tree.onChange(step -> calls.execute(this::restart));
        }

        private void restart() {
            int asked = ++round;
            if (timer != null) {
                timer.cancel();
            }
            timer = client.runtime()
                    .schedule(
                            quiet,
                            () -> calls.execute(() -> {
                                if (open && asked == round) {
                                    views.next(members(), listener);
                                }
                            }));
        }

        @Override
        public void close() {
            open = false;
            changes.close();
        }
    }
}
