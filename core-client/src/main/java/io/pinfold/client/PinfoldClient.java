package io.pinfold.client;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.BadArgumentsException;
import io.pinfold.CreateMode;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.ReadOp;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import io.pinfold.WatchEvent;
import io.pinfold.WatchMode;
import io.pinfold.WatcherType;
import io.pinfold.ZnodePath;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A client of a Pinfold or Apache ZooKeeper ensemble: one session at a time, kept alive over lost connections and
 * replaced by a new one when it expires. Thread-safe; one instance is enough for a process.
 *
 * <pre>{@code
 * try (PinfoldClient client = PinfoldClient.connect("127.0.0.1:2181")) {
 *     client.create("/greeting", "hello".getBytes(UTF_8));
 *     Node node = client.get("/greeting");
 *     client.set("/greeting", "hello again".getBytes(UTF_8), node.version());
 * }
 * }</pre>
 *
 * <p><b>Blocking calls.</b> The methods of this class wait for the server's answer, at most for the client's operation
 * timeout: that is the one deadline of a call, with all its retries and reconnections. They fail with a
 * {@link io.pinfold.PinfoldException}; see there for what each type says about the call's effect, and
 * {@link AsyncClient} for what is tried again after a lost connection. They do not throw {@link InterruptedException}:
 * an interrupted call restores the thread's flag and fails with {@link io.pinfold.OperationTimeoutException} if it
 * only reads, with {@link io.pinfold.OutcomeUnknownException} if it may have changed something.
 *
 * <p><b>Order.</b> Calls of one thread reach the server in the order in which they are made, blocking or not. Events and
 * the completions of {@link #async()} run on the callback executor, one at a time and in the order in which the server
 * sent them; a blocking call returns without waiting for the callbacks of earlier events.
 *
 * <p><b>Paths</b> are relative to the chroot at the end of the connect string, if there is one, and so are the paths in
 * results, events and errors; {@code /zookeeper} is always the server's own.
 */
public final class PinfoldClient implements RecipeClient, AutoCloseable {
    private final ClientCore core;
    private final Chroot chroot;
    private final boolean isView;
    private final AsyncCalls blocking;
    private final AsyncCalls async;

    PinfoldClient(ClientCore core) {
        this(core, core.chroot(), false);
    }

    private PinfoldClient(ClientCore core, Chroot chroot, boolean isView) {
        this.core = core;
        this.chroot = chroot;
        this.isView = isView;
        this.blocking = new AsyncCalls(core, chroot, Lane.DIRECT, core.lane());
        this.async = new AsyncCalls(core, chroot, core.lane(), core.lane());
    }

    /**
     * {@return a client with default settings}
     *
     * <p>Does not wait for a server: the first call does.
     *
     * @param connectString {@code host:port,host2:port,[::1]:2181/chroot}; the port defaults to 2181, the chroot to none
     * @throws io.pinfold.BadArgumentsException if the connect string makes no sense
     */
    public static PinfoldClient connect(String connectString) {
        return builder(connectString).build();
    }

    /**
     * {@return a builder for a client with other than default settings}
     *
     * @param connectString as for {@link #connect(String)}
     * @throws io.pinfold.BadArgumentsException if the connect string makes no sense
     */
    public static ClientBuilder builder(String connectString) {
        return new ClientBuilder(ConnectString.parse(connectString));
    }

    /**
     * Waits until a session is attached to a server.
     *
     * @param timeout how long to wait at most
     * @throws io.pinfold.ConnectionLostException if none was in that time, or the thread was interrupted (its flag is set
     *     then)
     * @throws io.pinfold.ClientClosedException if the client is closed
     * @throws io.pinfold.AuthFailedException if the server refused the credentials
     */
    public void awaitConnected(Duration timeout) {
        core.awaitConnected(timeout);
    }

    /**
     * {@return the znode, persistent and open to everybody, as it was created}
     *
     * @param path the znode
     * @param data the data, or {@code null} for none
     */
    public Created create(String path, byte @Nullable [] data) {
        return create(path, data, CreateOptions.PERSISTENT);
    }

    /**
     * {@return the znode, open to everybody, as it was created}
     *
     * @param path the znode, without the counter for sequential modes
     * @param data the data, or {@code null} for none
     * @param mode the kind of znode, not one with TTL
     */
    public Created create(String path, byte @Nullable [] data, CreateMode mode) {
        return create(path, data, CreateOptions.of(mode));
    }

    /**
     * {@return the znode as it was created}
     *
     * @param path the znode, without the counter for sequential modes
     * @param data the data, or {@code null} for none
     * @param options kind, access control, parents, guard
     * @throws io.pinfold.NodeExistsException if there is such a znode
     * @throws io.pinfold.NoNodeException if there is no parent
     */
    public Created create(String path, byte @Nullable [] data, CreateOptions options) {
        return Await.result(blocking.create(path, data, options), path, !options.guarded());
    }

    /**
     * {@return the znode's data and metadata}
     *
     * @param path the znode
     * @throws io.pinfold.NoNodeException if there is no such znode
     */
    public Node get(String path) {
        return get(path, null);
    }

    /**
     * {@return the znode's data and metadata}
     *
     * @param path the znode
     * @param watcher told once of the next change or deletion; not set when the call fails
     * @throws io.pinfold.NoNodeException if there is no such znode
     */
    public Node get(String path, @Nullable Watcher watcher) {
        return Await.result(blocking.get(path, watcher), path, false);
    }

    /**
     * {@return the znode's metadata, or empty if there is no such znode}
     *
     * @param path the znode
     */
    public Optional<Stat> exists(String path) {
        return exists(path, null);
    }

    /**
     * {@return the znode's metadata, or empty if there is no such znode}
     *
     * @param path the znode
     * @param watcher told once of the next creation, change or deletion
     */
    public Optional<Stat> exists(String path, @Nullable Watcher watcher) {
        return Await.result(blocking.exists(path, watcher), path, false);
    }

    /**
     * {@return the metadata after setting the data, whatever the version was}
     *
     * @param path the znode
     * @param data the data, or {@code null} for none
     * @throws io.pinfold.NoNodeException if there is no such znode
     */
    public Stat set(String path, byte @Nullable [] data) {
        return set(path, data, -1);
    }

    /**
     * {@return the metadata after setting the data}
     *
     * @param path the znode
     * @param data the data, or {@code null} for none
     * @param version the expected version, or −1 for any
     * @throws io.pinfold.NoNodeException if there is no such znode
     * @throws io.pinfold.BadVersionException if it has another version
     */
    public Stat set(String path, byte @Nullable [] data, int version) {
        return Await.result(blocking.set(path, data, version), path, true);
    }

    /**
     * Deletes a znode without children, whatever its version.
     *
     * @param path the znode
     * @throws io.pinfold.NoNodeException if there is no such znode
     * @throws io.pinfold.NotEmptyException if it has children
     */
    public void delete(String path) {
        delete(path, -1);
    }

    /**
     * Deletes a znode without children.
     *
     * @param path the znode
     * @param version the expected version, or −1 for any
     * @throws io.pinfold.NoNodeException if there is no such znode
     * @throws io.pinfold.NotEmptyException if it has children
     * @throws io.pinfold.BadVersionException if it has another version
     */
    public void delete(String path, int version) {
        Await.done(blocking.delete(path, version), path, true);
    }

    /**
     * {@return the names of the children, in no particular order}
     *
     * @param path the parent
     * @throws io.pinfold.NoNodeException if there is no such znode
     */
    public List<String> children(String path) {
        return children(path, null);
    }

    /**
     * {@return the names of the children, in no particular order}
     *
     * @param path the parent
     * @param watcher told once when a child is created or deleted or the parent is; not set when the call fails
     * @throws io.pinfold.NoNodeException if there is no such znode
     */
    public List<String> children(String path, @Nullable Watcher watcher) {
        return childrenWithStat(path, watcher).names();
    }

    /**
     * {@return the names of the children, and the parent's metadata}
     *
     * @param path the parent
     * @throws io.pinfold.NoNodeException if there is no such znode
     */
    public Children childrenWithStat(String path) {
        return childrenWithStat(path, null);
    }

    /**
     * {@return the names of the children, and the parent's metadata}
     *
     * @param path the parent
     * @param watcher told once when a child is created or deleted or the parent is; not set when the call fails
     * @throws io.pinfold.NoNodeException if there is no such znode
     */
    public Children childrenWithStat(String path, @Nullable Watcher watcher) {
        return Await.result(blocking.children(path, watcher), path, false);
    }

    /**
     * {@return the number of the znode's descendants}
     *
     * @param path the znode
     * @throws io.pinfold.UnimplementedException by servers before 3.6
     */
    public int countDescendants(String path) {
        return Await.result(blocking.countDescendants(path), path, false);
    }

    /**
     * {@return this session's own ephemeral znodes, in no particular order}
     *
     * @param prefix only paths that start with this
     * @throws io.pinfold.UnimplementedException by servers before 3.6
     */
    public List<String> ephemerals(String prefix) {
        return Await.result(blocking.ephemerals(prefix), prefix, false);
    }

    /**
     * {@return the znode's access control list}
     *
     * @param path the znode
     */
    public List<Acl> getAcl(String path) {
        return Await.result(blocking.getAcl(path), path, false);
    }

    /**
     * {@return the metadata after setting the access control list, whatever its version was}
     *
     * @param path the znode
     * @param acl the new entries
     */
    public Stat setAcl(String path, List<Acl> acl) {
        return setAcl(path, acl, -1);
    }

    /**
     * {@return the metadata after setting the access control list}
     *
     * @param path the znode
     * @param acl the new entries
     * @param aclVersion the expected {@link Stat#aversion()}, or −1 for any
     */
    public Stat setAcl(String path, List<Acl> acl, int aclVersion) {
        return Await.result(blocking.setAcl(path, acl, aclVersion), path, true);
    }

    /**
     * Waits until the server has applied everything that was committed when the call reached the leader; reads behind it
     * see all of that.
     *
     * @param path any path
     */
    public void sync(String path) {
        Await.done(blocking.sync(path), path, false);
    }

    /**
     * {@return one result for each operation of a transaction}
     *
     * @param ops what to do, in order, all or nothing
     * @throws io.pinfold.TransactionFailedException if one was refused; nothing is changed then
     */
    public List<OpResult> multi(Op... ops) {
        return multi(List.of(ops));
    }

    /**
     * {@return one result for each operation of a transaction}
     *
     * @param ops what to do, in order, all or nothing
     * @throws io.pinfold.TransactionFailedException if one was refused; nothing is changed then
     */
    public List<OpResult> multi(List<Op> ops) {
        return Await.result(blocking.multi(ops), null, true);
    }

    /**
     * {@return one result for each operation of a transaction that happens once, or empty if it happened and its results were lost
     * with the reply; see {@link AsyncClient#multiOnce}}
     *
     * @param ops what to do, in order, all or nothing
     * @param markers the directory for the znode that tells whether it happened, for nothing else
     * @throws io.pinfold.TransactionFailedException if one was refused; nothing is changed then
     */
    public Optional<List<OpResult>> multiOnce(List<Op> ops, String markers) {
        return Await.result(blocking.multiOnce(ops, markers), null, true);
    }

    /**
     * {@return one result for each read, failed ones included; all from one point in time}
     *
     * @param reads what to read
     * @throws io.pinfold.UnimplementedException by servers before 3.6
     */
    public List<ReadResult> multiRead(List<ReadOp> reads) {
        return Await.result(blocking.multiRead(reads), null, false);
    }

    /**
     * {@return the identities that the server gave this connection}
     *
     * @throws io.pinfold.UnimplementedException by servers before 3.7
     */
    public List<AuthId> whoAmI() {
        return Await.result(blocking.whoAmI(), null, false);
    }

    /**
     * {@return a lasting watch; see {@link AsyncClient#watch}}
     *
     * @param path the znode, which need not exist
     * @param mode this znode and its children's names, or everything below it
     * @param watcher told of every change until the subscription is closed
     */
    public Subscription watch(String path, WatchMode mode, Watcher watcher) {
        return Await.result(blocking.watch(path, mode, watcher), path, false);
    }

    /**
     * {@return what happens to a znode, for each subscriber from its subscription on, as fast as it asks for it}
     *
     * <p>Each subscriber has a lasting watch of its own, as {@link #watch} sets it, until it cancels; then nothing more is
     * delivered but an event under way. It is told on the client's callback executor, one event at a time and in order, and
     * delays nobody else. If it asks for too little, and more than 256 events wait for it, a single
     * {@link io.pinfold.WatchEvent.Type#RESYNC} takes their place. The stream outlives lost connections and sessions; it
     * completes when the client is closed, and fails with the {@link io.pinfold.PinfoldException} for which the watch could not be
     * set. A subscriber that throws is told nothing more.
     *
     * @param path the znode, which need not exist
     * @param mode this znode and its children's names, or everything below it
     */
    public Flow.Publisher<WatchEvent> changes(String path, WatchMode mode) {
        return new Publishing(core, chroot).changes(path, mode);
    }

    /**
     * Takes back one-shot watches that this client set with {@code exists}, {@code get} or {@code children}; the watcher
     * is not called after this returned, except for an event whose delivery is under way.
     *
     * @param path the znode
     * @param watcher the watcher to forget
     */
    public void removeWatcher(String path, Watcher watcher) {
        Await.done(blocking.removeWatcher(path, watcher), path, false);
    }

    /**
     * {@return whether the server keeps such a watch for this client; see {@link AsyncClient#isWatched}}
     *
     * @param path the znode, which need not exist
     * @param type the kind of watch
     * @throws io.pinfold.UnimplementedException by servers before 3.5
     */
    public boolean isWatched(String path, WatcherType type) {
        return Await.result(blocking.isWatched(path, type), path, false);
    }

    /**
     * Adds an identity to this and every later connection of the client.
     *
     * @param scheme the authentication scheme, for example {@code digest}
     * @param credentials what the scheme asks for, for example {@code user:password}; never logged
     * @throws io.pinfold.AuthFailedException if the server refused; the client is of no use then
     */
    public void addAuth(String scheme, byte[] credentials) {
        Await.done(blocking.addAuth(scheme, credentials), null, false);
    }

    /** {@return the same calls without waiting; callbacks run on this client's callback executor, in order} */
    public AsyncClient async() {
        return async;
    }

    /**
     * {@return the same calls without waiting, with callbacks elsewhere}
     *
     * <p>For whoever has an ordered executor of its own, such as a recipe: what the view completes and the events of
     * watches that were set through it are handed to the executor in the order in which the server sent them, without
     * standing behind the callbacks of others.
     *
     * @param ordered runs one task at a time, in order; what it runs in the thread that hands it over must be
     *     short, must never block, and must not be a user's
     */
    @Override
    public AsyncClient async(Executor ordered) {
        Lane lane = Lane.of(ordered);
        return new AsyncCalls(core, chroot, lane, lane);
    }

    /**
     * {@return the same calls without waiting, each of which happens in this session or not at all}
     *
     * <p>For whoever must not act when its session, and with it what it held, is gone: ephemeral znodes created in a later
     * session by somebody who believes to be in the earlier one. A call that is made, or could first be sent, when the
     * session is over fails with {@link io.pinfold.SessionExpiredException}, without effect. One that was sent before says
     * what is known of it, as always. Callbacks run as those of {@link #async()}.
     *
     * @param session one of this client's
     * @throws BadArgumentsException if it is none of this library's sessions
     */
    public AsyncClient bound(Session session) {
        return callsIn(session, core.lane());
    }

    @Override
    public AsyncClient bound(Session session, Executor ordered) {
        return callsIn(session, Lane.of(ordered));
    }

    private AsyncClient callsIn(Session session, Lane lane) {
        if (!(session instanceof LiveSession owner)) {
            throw new BadArgumentsException(null, "Calls can be bound to sessions of this client, not to " + session);
        }
        return new AsyncCalls(core, chroot, owner, lane, lane);
    }

    /**
     * {@return this client as it is seen from a znode: all paths, in results, events and errors as well, are below that}
     *
     * <p>A view, with the same session, threads and connection; to close it does nothing. As for a chroot, the znode must
     * exist before anything is created right below it, unless with parents, as recipes do.
     *
     * @param path the znode
     * @throws BadArgumentsException if the path is not legal
     */
    public PinfoldClient namespace(String path) {
        String problem = ZnodePath.problem(path);
        if (problem != null) {
            throw new BadArgumentsException(path, "The namespace \"" + path + "\" " + problem);
        }
        return new PinfoldClient(core, chroot.below(path), true);
    }

    /**
     * {@return the current session; the last one if it is over and no new one is open yet; before the first one is open
     * an object with the id 0 in state {@code SUSPENDED}}
     */
    @Override
    public Session session() {
        return core.currentSession();
    }

    /** {@return the state of the current session} */
    public SessionState sessionState() {
        return core.currentSession().state();
    }

    /**
     * {@return a handle that ends the listening}
     *
     * @param listener told of every change of state from now on, on the callback executor
     */
    public Subscription addSessionListener(SessionListener listener) {
        return core.addSessionListener(listener, core.lane());
    }

    /**
     * {@return a handle that ends the listening}
     *
     * @param listener told of every change of state from now on
     * @param ordered where; as for {@link #async(Executor)}
     */
    @Override
    public Subscription addSessionListener(SessionListener listener, Executor ordered) {
        return core.addSessionListener(listener, Lane.of(ordered));
    }

    /**
     * {@return the present state of the session and each one that follows, for each subscriber from its subscription on, as fast as
     * it asks for them}
     *
     * <p>Told on the client's callback executor, in order. Of a subscriber's backlog of more than 256 the oldest ones are dropped.
     * The stream completes behind {@code CLOSED}.
     */
    public Flow.Publisher<SessionChange> sessionStates() {
        return new Publishing(core, chroot).sessionStates();
    }

    /** {@return this client's time and threads, for recipes} */
    @Override
    public ClientRuntime runtime() {
        return core.runtime();
    }

    /**
     * Ends the session, so that its ephemeral znodes go at once. Waits for the server's answer, at most two seconds or
     * the session timeout if that is shorter. Calls that were not sent yet fail with
     * {@link io.pinfold.ClientClosedException}; calls under way get their answers if they come in that time. Closing
     * twice does nothing more.
     */
    @Override
    public void close() {
        if (!isView) {
            core.close();
        }
    }
}
