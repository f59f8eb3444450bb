package io.pinfold.client;

import io.pinfold.Acl;
import io.pinfold.AuthId;
import io.pinfold.Op;
import io.pinfold.OpResult;
import io.pinfold.ReadOp;
import io.pinfold.ReadResult;
import io.pinfold.Stat;
import io.pinfold.WatchMode;
import io.pinfold.WatcherType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a client that do not block. Thread-safe.
 *
 * <p>Calls are sent in the order in which they are made, without waiting for each other's replies, and complete in that
 * order while the connection lasts. Futures complete on the client's callback executor or, for futures that are
 * already complete, in the calling thread; never on an I/O thread. They fail with a
 * {@link io.pinfold.PinfoldException}, unwrapped. Cancelling a future keeps the call from being sent if it was not yet,
 * and does not undo what was sent; only a creation with a guard is undone, because nobody would know the name.
 *
 * <p><b>A lost connection.</b> Reads, and whatever was not sent yet, are tried again as the client's
 * {@link RetryPolicy} says until the client's operation timeout, then fail with
 * {@link io.pinfold.ConnectionLostException} or {@link io.pinfold.OperationTimeoutException}. A write whose reply was
 * lost fails with {@link io.pinfold.OutcomeUnknownException} unless it can be settled (see
 * {@link CreateOptions#withGuard()}). Nothing is carried silently into another session: calls that are pending when the
 * session expires fail with {@link io.pinfold.SessionExpiredException}.
 */
public interface AsyncClient {
    /**
     * Creates a znode.
     *
     * @param path the znode, without the counter for sequential modes
     * @param data the data, or {@code null} for none
     * @param options kind, access control, parents, guard
     * @return the created znode with its metadata; fails with NodeExists, NoNode (no parent), NoChildrenForEphemerals,
     *     InvalidAcl, NoAuth, QuotaExceeded, BadArguments
     */
    CompletableFuture<Created> create(String path, byte @Nullable [] data, CreateOptions options);

    /**
     * Deletes a znode without children.
     *
     * @param path the znode
     * @param version the expected version of the data, or −1 for any
     * @return completes when it is gone; fails with NoNode, NotEmpty, BadVersion, NoAuth
     */
    CompletableFuture<Void> delete(String path, int version);

    /**
     * Deletes a znode and does not rest before it is gone: repeats the deletion in the background over connection
     * losses, for as long as the session lives that is current now, or until the client is closed.
     *
     * @param path the znode; its name must never be used again for another znode
     * @return completes when the znode is known to be gone, or when its session is; never fails
     */
    CompletableFuture<Void> deleteForSure(String path);

    /**
     * Asks for the metadata of a znode.
     *
     * @param path the znode
     * @param watcher told once of the next creation, change or deletion; {@code null} for no watch
     * @return the metadata, or empty if there is no such znode
     */
    CompletableFuture<Optional<Stat>> exists(String path, @Nullable Watcher watcher);

    /**
     * Reads a znode.
     *
     * @param path the znode
     * @param watcher told once of the next change or deletion; {@code null} for no watch; not set when the call fails
     * @return data and metadata; fails with NoNode, NoAuth
     */
    CompletableFuture<Node> get(String path, @Nullable Watcher watcher);

    /**
     * Sets the data of a znode.
     *
     * @param path the znode
     * @param data the data, or {@code null} for none
     * @param version the expected version, or −1 for any
     * @return the metadata after the change; fails with NoNode, BadVersion, NoAuth, QuotaExceeded
     */
    CompletableFuture<Stat> set(String path, byte @Nullable [] data, int version);

    /**
     * Lists the children of a znode.
     *
     * @param path the znode
     * @param watcher told once when a child is created or deleted or the znode is; {@code null} for no watch; not set
     *     when the call fails
     * @return names in no particular order, and metadata; fails with NoNode, NoAuth
     */
    CompletableFuture<Children> children(String path, @Nullable Watcher watcher);

    /**
     * Counts everything below a znode.
     *
     * @param path the znode
     * @return the number of its descendants; fails with NoNode, NoAuth, Unimplemented (servers before 3.6)
     */
    CompletableFuture<Integer> countDescendants(String path);

    /**
     * Lists this session's own ephemeral znodes.
     *
     * @param prefix only paths that start with this
     * @return paths in no particular order; fails with Unimplemented (servers before 3.6)
     */
    CompletableFuture<List<String>> ephemerals(String prefix);

    /**
     * Reads the access control list of a znode.
     *
     * @param path the znode
     * @return its entries; fails with NoNode, NoAuth
     */
    CompletableFuture<List<Acl>> getAcl(String path);

    /**
     * Sets the access control list of a znode.
     *
     * @param path the znode
     * @param acl its new entries
     * @param aclVersion the expected {@link Stat#aversion()}, or −1 for any
     * @return the metadata after the change; fails with NoNode, BadVersion, InvalidAcl, NoAuth
     */
    CompletableFuture<Stat> setAcl(String path, List<Acl> acl, int aclVersion);

    /**
     * Waits until the server has applied everything that was committed when the call reached the leader; reads behind
     * it see all of that.
     *
     * @param path any path
     * @return completes when the server is up to date
     */
    CompletableFuture<Void> sync(String path);

    /**
     * Runs operations as one transaction.
     *
     * @param ops what to do, in order; each sees the effects of those before it
     * @return one result for each operation; fails with {@link io.pinfold.TransactionFailedException} when one was
     *     refused, and nothing is changed then
     */
    CompletableFuture<List<OpResult>> multi(List<Op> ops);

    /**
     * Runs operations as one transaction that happens once, and of which is known whether it did, though replies may be lost.
     *
     * <p>With it an ephemeral znode is created in a directory that is for nothing else, and deleted in the background afterwards:
     * two more changes. If the reply is lost, the client looks for that znode; if it is not there, it asks for the transaction
     * again. {@link io.pinfold.OutcomeUnknownException} remains for what cannot be settled: the session ends, or the operation
     * timeout passes, before the client could look.
     *
     * @param ops what to do, in order; each sees the effects of those before it
     * @param markers the directory for the znode that tells; created as a container, with its parents, if it is missing
     * @return one result for each operation, or empty if the transaction happened and its results are lost with the reply; fails as
     *     {@link #multi} does
     */
    CompletableFuture<Optional<List<OpResult>>> multiOnce(List<Op> ops, String markers);

    /**
     * Reads several znodes at one point in time.
     *
     * @param reads what to read
     * @return one result for each, failed ones included; fails with Unimplemented (servers before 3.6)
     */
    CompletableFuture<List<ReadResult>> multiRead(List<ReadOp> reads);

    /**
     * Asks which identities the server gave this connection.
     *
     * @return the identities; fails with Unimplemented (servers before 3.7)
     */
    CompletableFuture<List<AuthId>> whoAmI();

    /**
     * Starts a lasting watch. It is set anew after every reconnection and in every new session; each time the watcher
     * gets a {@link io.pinfold.WatchEvent.Type#RESYNC} event, because changes in between may not have been delivered.
     *
     * @param path the znode, which need not exist
     * @param mode this znode and its children's names, or everything below it
     * @param watcher told of every change until the subscription is closed
     * @return completes when the server has set the watch
     */
    CompletableFuture<Subscription> watch(String path, WatchMode mode, Watcher watcher);

    /**
     * Takes back one-shot watches that this client set with {@code exists}, {@code get} or {@code children}.
     *
     * @param path the znode
     * @param watcher the watcher to forget
     * @return completes when it will not be called any more; the watch on the server goes in the background if no other
     *     watcher needs it
     */
    CompletableFuture<Void> removeWatcher(String path, Watcher watcher);

    /**
     * Asks the server whether it keeps a watch for this client, whichever of the client's watchers set it. An answer of
     * {@code true} says that the next matching change will be told; the watch may be gone, with an event under way, when
     * the answer is read.
     *
     * @param path the znode, which need not exist
     * @param type the kind of watch
     * @return whether there is such a watch on the connection that answers; fails with Unimplemented (servers before 3.5)
     */
    CompletableFuture<Boolean> isWatched(String path, WatcherType type);

    /**
     * Adds an identity to this and every later connection of the client. Calls made behind it run with the identity.
     *
     * @param scheme the authentication scheme, for example {@code digest}
     * @param credentials what the scheme asks for, for example {@code user:password}; never logged
     * @return completes when the server has accepted; fails with AuthFailed if it refused, and the client is of no use
     *     then: all its calls fail with AuthFailed
     */
    CompletableFuture<Void> addAuth(String scheme, byte[] credentials);
}
