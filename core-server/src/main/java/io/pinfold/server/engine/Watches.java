package io.pinfold.server.engine;

import io.pinfold.Acl;
import io.pinfold.ErrorCode;
import io.pinfold.WatchEvent;
import io.pinfold.server.tree.Authorizer;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.TreeListener;
import io.pinfold.server.tree.Znode;
import io.pinfold.server.watch.EventSink;
import io.pinfold.server.watch.MissedChange;
import io.pinfold.server.watch.WatchIndex;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.Replies;
import io.pinfold.wire.ReplyBodies;
import io.pinfold.wire.Request;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Watches of all connections: sets them, and turns changes of the tree into events, for those who may read what changed.
 * An event that many connections get is encoded once. Confined to the node loop.
 */
final class Watches implements TreeListener, EventSink<Connection> {
    private static final long UNKNOWN_ZXID = -1;

    private static final int PERSISTENT = 0;
    private static final int PERSISTENT_RECURSIVE = 1;

    private final DataTree tree;
    private final Outbox outbox;
    private final Authorizer authorizer;
    private final int limit;
    private final WatchIndex<Connection> index = new WatchIndex<>();

    private final JuteWriter encoded = new JuteWriter(256);
    private WatchEvent.Type encodedType = WatchEvent.Type.RESYNC;
    private String encodedPath = "";
    private long encodedZxid;
    /** Zxid of the change that is being applied. */
    private long zxid;
    /** Who may read the znode that is changed, and its parent. */
    private List<Acl> nodeAcl = Acl.OPEN;

    private List<Acl> parentAcl = Acl.OPEN;

    Watches(DataTree tree, Outbox outbox, Authorizer authorizer, int limit) {
        this.tree = tree;
        this.outbox = outbox;
        this.authorizer = authorizer;
        this.limit = limit;
    }

    int count() {
        return index.count();
    }

    int pathCount() {
        return index.pathCount();
    }

    int watcherCount() {
        return index.watcherCount();
    }

    List<String> watchedBy(Connection connection) {
        return index.pathsOf(connection);
    }

    /** {@return whether no further watch may be set} */
    boolean full() {
        return index.count() >= limit;
    }

    void watchData(Connection connection, String path) {
        index.addData(path, connection);
    }

    void watchChildren(Connection connection, String path) {
        index.addChild(path, connection);
    }

    void forget(Connection connection) {
        index.removeConnection(connection);
    }

    // ---- what changes of the tree cause ----

    /** Says under which zxid the changes come that follow. */
    void applying(long nextZxid) {
        zxid = nextZxid;
    }

    @Override
    public void created(String path, List<Acl> acl, List<Acl> aclOfParent) {
        nodeAcl = acl;
        parentAcl = aclOfParent;
        index.created(path, this);
    }

    @Override
    public void deleted(String path, List<Acl> acl, List<Acl> aclOfParent) {
        nodeAcl = acl;
        parentAcl = aclOfParent;
        index.deleted(path, this);
    }

    @Override
    public void dataChanged(String path, List<Acl> acl) {
        nodeAcl = acl;
        index.dataChanged(path, this);
    }

    @Override
    public boolean mayHear(Connection connection, WatchEvent.Type type) {
        List<Acl> acl = type == WatchEvent.Type.NODE_CHILDREN_CHANGED ? parentAcl : nodeAcl;
        return authorizer.permits(acl, Acl.READ, connection.identities);
    }

    @Override
    public void deliver(Connection connection, WatchEvent.Type type, String path) {
        if (!connection.isOpen()) {
            return;
        }
        if (type != encodedType || zxid != encodedZxid || !path.equals(encodedPath)) {
            encode(type, path);
        }
        outbox.touch(connection);
        connection.out.writeRaw(encoded.array(), 0, encoded.size());
        outbox.flushIfLarge(connection);
    }

    private void encode(WatchEvent.Type type, String path) {
        encoded.reset();
        Replies.writeEventFrame(encoded, type, path, zxid);
        encodedType = type;
        encodedPath = path;
        encodedZxid = zxid;
    }

    // ---- requests ----

    void add(Connection connection, int xid, Request.AddWatch request) {
        if (full()) {
            outbox.reply(connection, xid, ErrorCode.QUOTA_EXCEEDED);
        } else if (request.mode() == PERSISTENT || request.mode() == PERSISTENT_RECURSIVE) {
            if (request.mode() == PERSISTENT) {
                index.addPersistent(request.path(), connection);
            } else {
                index.addRecursive(request.path(), connection);
            }
            int mark = outbox.beginReply(connection, xid);
            ReplyBodies.writeWatchAdded(connection.out);
            connection.out.endFrame(mark);
        } else {
            outbox.reply(connection, xid, ErrorCode.MARSHALLING_ERROR);
        }
    }

    void check(Connection connection, int xid, Request.CheckWatches request) {
        answer(connection, xid, request.type(), request.path(), this::contains);
    }

    void remove(Connection connection, int xid, Request.RemoveWatches request) {
        answer(connection, xid, request.type(), request.path(), this::removed);
    }

    /** What {@code checkWatches} and {@code removeWatches} have in common. */
    private void answer(
            Connection connection, int xid, int type, String path, BiPredicate<Connection, TypedPath> found) {
        ErrorCode code = ErrorCode.OK;
        if (!WatchIndex.isWatcherType(type)) {
            code = ErrorCode.MARSHALLING_ERROR;
        } else if (!found.test(connection, new TypedPath(path, type))) {
            code = ErrorCode.NO_WATCHER;
        }
        outbox.reply(connection, xid, code);
    }

    private boolean contains(Connection connection, TypedPath watch) {
        return index.contains(watch.path, connection, watch.type);
    }

    private boolean removed(Connection connection, TypedPath watch) {
        return index.remove(watch.path, connection, watch.type);
    }

    private record TypedPath(String path, int type) {}

    /**
     * Sets a client's watches anew after it moved here, and tells at once of those whose znodes changed meanwhile. All or
     * none are set.
     */
    void restore(Connection connection, int xid, Request.SetWatches request) {
        if (refuse(connection, xid, request.data(), request.exist(), request.child())) {
            return;
        }
        restoreOneShot(connection, request.relativeZxid(), request.data(), request.exist(), request.child());
        outbox.reply(connection, xid, ErrorCode.OK);
    }

    void restore(Connection connection, int xid, Request.SetWatches2 request) {
        if (refuse(
                connection,
                xid,
                request.data(),
                request.exist(),
                request.child(),
                request.persistent(),
                request.persistentRecursive())) {
            return;
        }
        restoreOneShot(connection, request.relativeZxid(), request.data(), request.exist(), request.child());
        for (String path : request.persistent()) {
            index.addPersistent(path, connection);
        }
        for (String path : request.persistentRecursive()) {
            index.addRecursive(path, connection);
        }
        outbox.reply(connection, xid, ErrorCode.OK);
    }

    /** Counts each path as a new watch: some may be there already, or be told of and gone, but few. */
    @SafeVarargs
    private boolean refuse(Connection connection, int xid, List<String>... wanted) {
        long more = 0;
        for (List<String> paths : wanted) {
            more += paths.size();
        }
        if (index.count() + more > limit) {
            outbox.reply(connection, xid, ErrorCode.QUOTA_EXCEEDED);
            return true;
        }
        return false;
    }

    private void restoreOneShot(
            Connection connection, long seen, List<String> data, List<String> exist, List<String> child) {
        applying(UNKNOWN_ZXID);
        for (String path : data) {
            Znode node = tree.get(path);
            WatchEvent.Type missed = MissedChange.ofData(node != null, node == null ? 0 : node.mzxid(), seen);
            if (missed != null && mayRead(connection, node)) {
                deliver(connection, missed, path);
            } else {
                index.addData(path, connection);
            }
        }
        for (String path : exist) {
            Znode node = tree.get(path);
            WatchEvent.Type missed = MissedChange.ofExistence(node != null);
            if (missed != null && mayRead(connection, node)) {
                deliver(connection, missed, path);
            } else {
                index.addData(path, connection);
            }
        }
        for (String path : child) {
            Znode node = tree.get(path);
            WatchEvent.Type missed = MissedChange.ofChildren(node != null, node == null ? 0 : node.pzxid(), seen);
            if (missed != null && mayRead(connection, node)) {
                deliver(connection, missed, path);
            } else {
                index.addChild(path, connection);
            }
        }
    }

    /** That a znode is gone, anybody may know. */
    private boolean mayRead(Connection connection, @Nullable Znode node) {
        return node == null || authorizer.permits(node.acl(), Acl.READ, connection.identities);
    }
}
