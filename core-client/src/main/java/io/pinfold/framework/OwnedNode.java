package io.pinfold.framework;

import io.pinfold.Acl;
import io.pinfold.ClientClosedException;
import io.pinfold.CreateMode;
import io.pinfold.NodeExistsException;
import io.pinfold.PinfoldException;
import io.pinfold.Stat;
import io.pinfold.ZnodePath;
import io.pinfold.client.CreateOptions;
import io.pinfold.client.RecipeClient;
import io.pinfold.client.Session;
import io.pinfold.client.SessionState;
import io.pinfold.client.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An ephemeral znode that is there for as long as this object is open: made again when its session ends or somebody
 * deletes it. For what a process says about itself: its membership, its address.
 *
 * <p><b>What is promised.</b> The znode belongs to this client, and carries the data that were given last. A znode of
 * somebody else at the same path is never changed or deleted; whether the first attempt waits for it to go or is refused
 * is the builder's choice, later ones wait. What an earlier session of this client left is waited for; the server removes
 * it. A znode whose creation lost its reply is found again.
 *
 * <p><b>Lost connections.</b> The znode stays while its session lives, and is made anew in the next session. It is no
 * lock: while a process is cut off, it cannot know how long others still see its znode.
 *
 * <p>Thread-safe: what callers see is in volatile fields; the rest is confined to {@code progress}.
 */
public final class OwnedNode implements AutoCloseable {
    private final RecipeClient client;
    private final SerialExecutor progress;
    private final SerialExecutor callbacks;
    private final String path;
    private final NodeKeeper keeper;
    private final CompletableFuture<Stat> created = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    private volatile Presence presence = Presence.ABSENT;
    private volatile @Nullable Stat own;

    // Confined to the progress.
    private final List<CompletableFuture<Void>> updates = new ArrayList<>();
    private final List<Listening<Presence>> listeners = new ArrayList<>();

    private OwnedNode(Builder builder) {
        this.client = builder.client;
        this.path = builder.path;
        this.progress = new SerialExecutor(client.runtime().callbackExecutor());
        this.callbacks = new SerialExecutor(client.runtime().callbackExecutor());
        CreateOptions options =
                CreateOptions.of(CreateMode.EPHEMERAL).withAcl(builder.acl).withParents();
        this.keeper = new NodeKeeper(client, progress, path, builder.data, options, builder.patient, new Told());
    }

    /**
     * {@return a builder for a znode to keep}
     *
     * @param client the client whose sessions own it
     * @param path where; missing parents are made as containers
     * @throws io.pinfold.BadArgumentsException if the path is not legal
     */
    public static Builder builder(RecipeClient client, String path) {
        return new Builder(client, path);
    }

    /** {@return where the znode is} */
    public String path() {
        return path;
    }

    /** {@return whether the znode is there; does not block} */
    public Presence presence() {
        if (keeper.isGivenUp()) {
            return Presence.CLOSED; // the deletion is under way, though the progress may not have come to it
        }
        Stat stat = own;
        Presence known = presence;
        if (known == Presence.PRESENT && stat != null) {
            Session session = client.session();
            boolean over = session.id() != stat.ephemeralOwner() || session.state() == SessionState.EXPIRED;
            return over ? Presence.ABSENT : known;
        }
        return known;
    }

    /** {@return the znode's metadata as this client last saw them, while it is there; does not block} */
    public Optional<Stat> stat() {
        return presence() == Presence.PRESENT ? Optional.ofNullable(own) : Optional.empty();
    }

    /**
     * {@return completes when the znode is there for the first time, on the client's callback executor; however long that
     * takes. Fails with {@link NodeExistsException} if somebody else's is, and the builder was not told to wait; with
     * what keeps the client from creating it, for example NoAuth; and when the client is closed. After a failure this
     * object is closed}
     */
    public CompletableFuture<Stat> created() {
        return created.copy();
    }

    /**
     * Gives the znode other data, now or as soon as it is there. Of several updates under way the last one wins.
     *
     * @param bytes the data; must not be changed any more
     * @return completes when the znode carries these data or later ones; fails when this object or the client is closed
     */
    public CompletableFuture<Void> update(byte @Nullable [] bytes) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        progress.execute(() -> {
            if (keeper.isClosed()) {
                callbacks.execute(() -> done.completeExceptionally(new ClientClosedException(path, "closed: " + path)));
            } else {
                updates.add(done);
                keeper.update(bytes);
            }
        });
        return done;
    }

    /**
     * Has a listener told of every change of {@link #presence()}, and of the present one. Calls come in order and one at
     * a time, on the client's callback executor.
     *
     * @param listener told of each
     * @return ends the telling when closed
     */
    public Subscription onPresence(Consumer<Presence> listener) {
        Listening<Presence> listening = new Listening<>(listener, progress, listeners);
        progress.execute(() -> {
            listeners.add(listening);
            tell(listening, presence);
        });
        return listening;
    }

    /**
     * Has the znode deleted. Does not block: the deletion leaves before this returns, so what the same thread asks the server
     * next comes after it, and goes on in the background, over lost connections. Closing twice does nothing more.
     */
    @Override
    public void close() {
        keeper.close();
    }

    /**
     * Has the znode deleted.
     *
     * @return completes when the znode is known to be gone, or its session is; never fails
     */
    public CompletableFuture<Void> closeAsync() {
        close();
        return gone.copy();
    }

    @Override
    public String toString() {
        return "OwnedNode[" + path + ", " + presence() + ']';
    }

    private void tell(Listening<Presence> listening, Presence now) {
        callbacks.execute(() -> listening.tell(now));
    }

    /** Hears of what the keeper achieves. Confined to the progress. */
    private final class Told implements NodeKeeper.Outcome {
        @Override
        public void there(Stat stat) {
            own = stat;
            become(Presence.PRESENT);
            callbacks.execute(() -> created.complete(stat));
        }

        @Override
        public void away() {
            own = null;
            become(Presence.ABSENT);
        }

        @Override
        public void occupied() {
            own = null;
            become(Presence.OCCUPIED);
        }

        @Override
        public void written() {
            List<CompletableFuture<Void>> done = List.copyOf(updates);
            updates.clear();
            callbacks.execute(() -> done.forEach(update -> update.complete(null)));
        }

        @Override
        public void ended(PinfoldException cause) {
            become(Presence.CLOSED);
            List<CompletableFuture<Void>> open = List.copyOf(updates);
            callbacks.execute(() -> {
                created.completeExceptionally(cause);
                open.forEach(update -> update.completeExceptionally(cause));
            });
        }

        @Override
        public void gone() {
            callbacks.execute(() -> gone.complete(null));
        }

        private void become(Presence now) {
            if (presence != now && presence != Presence.CLOSED) {
                presence = now;
                listeners.forEach(listening -> tell(listening, now));
            }
        }
    }

    /** Says what to keep. Not thread-safe. */
    public static final class Builder {
        private final RecipeClient client;
        private final String path;
        private byte @Nullable [] data;
        private List<Acl> acl = Acl.OPEN;
        private boolean patient;

        private Builder(RecipeClient client, String path) {
            this.client = client;
            this.path = ZnodePath.check(path);
        }

        /**
         * {@return this builder}
         *
         * @param bytes what the znode says; nothing by default; must not be changed any more
         */
        public Builder data(byte @Nullable [] bytes) {
            this.data = bytes;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param entries who may do what with the znode; open to everybody by default
         */
        public Builder acl(List<Acl> entries) {
            this.acl = List.copyOf(entries);
            return this;
        }

        /** {@return this builder, for a znode that waits at the first attempt, too, while somebody else's is there} */
        public Builder waitWhileOccupied() {
            this.patient = true;
            return this;
        }

        /** {@return the znode to be, under way} */
        public OwnedNode build() {
            OwnedNode node = new OwnedNode(this);
            node.progress.execute(node.keeper::begin);
            return node;
        }
    }
}
