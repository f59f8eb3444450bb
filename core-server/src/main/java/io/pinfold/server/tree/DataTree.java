package io.pinfold.server.tree;

import io.pinfold.Acl;
import io.pinfold.OpResult;
import io.pinfold.ZnodePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The committed state of a member: all znodes and sessions as of one zxid. It changes by {@link #apply} only, and what
 * that does depends on nothing but the state before and the transaction, so equal logs make equal trees.
 *
 * <p>A znode is found by its full path in one hash table; siblings are chained through the znodes themselves. Whether a
 * change is allowed was decided before it got into the log ({@link Preparer}); a transaction that does not fit the tree
 * means that the member's state is broken, and stops it.
 *
 * <p>Confined to the node loop.
 */
public final class DataTree {
    static final String SYSTEM = "/zookeeper";
    static final String SYSTEM_QUOTA = "/zookeeper/quota";
    static final String SYSTEM_CONFIG = "/zookeeper/config";

    private HashMap<String, Znode> nodes;
    private SessionTable sessions = new SessionTable();
    /** The znodes that the server may delete by itself, by path. */
    private TreeMap<String, Znode> removable = new TreeMap<>();

    private Quotas quotas = new Quotas();

    private Znode root;
    private long lastZxid;
    private long dataSize;
    /** The last membership that was committed, as its entry in the log has it; empty before the first. */
    private byte[] membership = new byte[0];

    private @Nullable SnapshotCapture capture;
    private int captureGeneration;

    /** Makes the tree that every cluster starts with: the root and the server's own znodes. */
    public DataTree() {
        nodes = new HashMap<>();
        root = systemNode(ZnodePath.ROOT, Acl.OPEN, 0);
        insert(root, null);
        Znode system = systemNode(SYSTEM, Acl.OPEN, 0);
        insert(system, root);
        insert(systemNode(SYSTEM_QUOTA, Acl.OPEN, 0), system);
        Znode config = systemNode(SYSTEM_CONFIG, Acl.READ_ONLY, 1);
        config.aversion = -1;
        insert(config, system);
    }

    /** Makes a tree without any znode, for a restore that brings all of them. */
    DataTree(Znode root, int expectedNodes) {
        nodes = new HashMap<>((int) Math.min(1 << 30, expectedNodes * 4L / 3 + 1));
        this.root = root;
        insert(root, null);
    }

    private static Znode systemNode(String path, List<Acl> acl, int ordinal) {
        return new Znode(path, new byte[0], acl, NodeKind.PERSISTENT, 0, 0, 0, ordinal);
    }

    /** {@return the znode with this path, or {@code null}; the empty path is another name of the root} */
    public @Nullable Znode get(String path) {
        Znode node = nodes.get(path);
        return node == null && path.isEmpty() ? root : node;
    }

    /** {@return the zxid of the last applied transaction} */
    public long lastZxid() {
        return lastZxid;
    }

    public SessionTable sessions() {
        return sessions;
    }

    /** {@return the number of znodes, the root and the server's own included} */
    public int nodeCount() {
        return nodes.size();
    }

    /** {@return the number of bytes that paths (one per character) and data take} */
    public long approximateDataSize() {
        return dataSize;
    }

    /** {@return the number of znodes below this one at any depth; 0 if it does not exist} */
    public int countDescendants(String path) {
        Znode top = get(path);
        if (top == null) {
            return 0;
        }
        if (top == root) {
            return nodes.size() - 1;
        }
        int count = 0;
        Znode end = top.nextOutside();
        for (Znode node = top.nextInPreOrder(); node != end && node != null; node = node.nextInPreOrder()) {
            count++;
        }
        return count;
    }

    /** {@return the first znode behind this path that the server may delete by itself, or {@code null}} */
    public @Nullable Znode nextRemovable(String path) {
        Map.Entry<String, Znode> next = removable.higherEntry(path);
        return next == null ? null : next.getValue();
    }

    /** {@return the paths of a session's ephemeral znodes that start with a prefix, the oldest first} */
    public List<String> ephemerals(long sessionId, String prefix) {
        List<String> paths = new ArrayList<>();
        for (String path : sessions.ephemerals(sessionId)) {
            if (path.startsWith(prefix)) {
                paths.add(path);
            }
        }
        return paths;
    }

    /**
     * Makes a committed change.
     *
     * @return one result per operation; none for changes of sessions
     */
    public List<OpResult> apply(TxnRecord txn, TreeListener listener) {
        if (txn.zxid() <= lastZxid) {
            throw broken(txn, "comes behind zxid 0x" + Long.toHexString(lastZxid));
        }
        Txn body = txn.body();
        List<OpResult> results;
        if (body instanceof Txn.Multi multi) {
            results = new ArrayList<>(multi.ops().size());
            for (Txn op : multi.ops()) {
                results.add(applyOperation(op, txn, results.size(), listener));
            }
        } else if (body instanceof Txn.CreateSession create) {
            if (!sessions.add(txn.sessionId(), create.timeoutMillis())) {
                throw broken(txn, "begins a session that exists");
            }
            results = List.of();
        } else if (body instanceof Txn.CloseSession close) {
            for (String path : close.ephemerals()) {
                delete(path, txn, listener);
            }
            sessions.remove(txn.sessionId());
            results = List.of();
        } else {
            results = List.of(applyOperation(body, txn, 0, listener));
        }
        lastZxid = txn.zxid();
        return results;
    }

    /** Moves on to the zxid of an entry that changes nothing. */
    public void skip(long zxid) {
        if (zxid <= lastZxid) {
            throw new IllegalStateException("The entry with zxid 0x" + Long.toHexString(zxid) + " comes behind zxid 0x"
                    + Long.toHexString(lastZxid));
        }
        lastZxid = zxid;
    }

    /**
     * Takes a membership.
     *
     * @param entry the payload of the entry, kept for snapshots
     * @param text what clients see as data of {@code /zookeeper/config}; {@code null} leaves it as it is
     */
    public void configure(long zxid, byte[] entry, byte @Nullable [] text, TreeListener listener) {
        skip(zxid);
        membership = entry;
        Znode node = nodes.get(SYSTEM_CONFIG);
        if (text != null && node != null) {
            beforeChange(node);
            dataSize += text.length - node.dataLength();
            node.data = text;
            node.version++;
            node.mzxid = zxid;
            listener.dataChanged(SYSTEM_CONFIG, node.acl);
        }
    }

    /** {@return what clients see of the membership; empty before the first change of it} */
    public byte @Nullable [] config() {
        Znode node = nodes.get(SYSTEM_CONFIG);
        return node == null ? null : node.data;
    }

    /** {@return the payload of the last entry that changed the membership; empty if there was none} */
    public byte[] membership() {
        return membership;
    }

    void restoreMembership(byte[] entry) {
        membership = entry;
    }

    /** Becomes another tree, which must not be used any more: a snapshot of a peer replaces this member's state. */
    public void replaceBy(DataTree other) {
        if (capture != null) {
            capture.abort();
        }
        nodes = other.nodes;
        sessions = other.sessions;
        removable = other.removable;
        quotas = other.quotas;
        root = other.root;
        lastZxid = other.lastZxid;
        dataSize = other.dataSize;
        membership = other.membership;
    }

    private OpResult applyOperation(Txn op, TxnRecord txn, int ordinal, TreeListener listener) {
        if (op instanceof Txn.SetData set) {
            return setData(set, txn, listener);
        }
        if (op instanceof Txn.Create create) {
            return create(create, txn, ordinal, listener);
        }
        if (op instanceof Txn.Delete delete) {
            delete(delete.path(), txn, listener);
            return new OpResult.Deleted();
        }
        if (op instanceof Txn.SetAcl set) {
            return setAcl(set, txn);
        }
        if (op instanceof Txn.Check) {
            return new OpResult.Checked();
        }
        throw broken(txn, "holds " + op.getClass().getSimpleName() + " where an operation belongs");
    }

    private OpResult create(Txn.Create op, TxnRecord txn, int ordinal, TreeListener listener) {
        String path = op.path();
        Znode parent = require(ZnodePath.parent(path), txn);
        if (nodes.containsKey(path)) {
            throw broken(txn, "creates " + path + ", which exists");
        }
        long owner = op.kind() == NodeKind.EPHEMERAL ? txn.sessionId() : 0;
        if (owner != 0 && !sessions.addEphemeral(owner, path)) {
            throw broken(txn, "creates " + path + " for a session that does not exist");
        }
        List<Acl> acl = shared(op.acl(), parent);
        Znode node = op.kind() == NodeKind.TTL
                ? new TtlZnode(path, op.data(), acl, op.ttlMillis(), txn.zxid(), txn.timeMillis(), ordinal)
                : new Znode(path, op.data(), acl, op.kind(), owner, txn.zxid(), txn.timeMillis(), ordinal);
        node.capture = captureGeneration;
        beforeChange(parent);
        insert(node, parent);
        parent.childrenCreated = op.parentCreated();
        parent.pzxid = txn.zxid();
        quotas.created(node, this);
        listener.created(path, acl, parent.acl);
        return new OpResult.Created(path, node.stat());
    }

    private void delete(String path, TxnRecord txn, TreeListener listener) {
        Znode node = require(path, txn);
        Znode parent = node.parent;
        if (parent == null || node.firstChild != null) {
            throw broken(txn, "deletes " + path + ", which is the root or has children");
        }
        beforeChange(parent);
        beforeDelete(node);
        quotas.deleted(node, this);
        nodes.remove(path);
        parent.remove(node);
        if (node.kind.isRemovable()) {
            removable.remove(path);
        }
        parent.pzxid = txn.zxid();
        dataSize -= path.length() + node.dataLength();
        if (node.ephemeralOwner != 0) {
            sessions.removeEphemeral(node.ephemeralOwner, path);
        }
        listener.deleted(path, node.acl, parent.acl);
    }

    private OpResult setData(Txn.SetData op, TxnRecord txn, TreeListener listener) {
        Znode node = require(op.path(), txn);
        beforeChange(node);
        int lengthBefore = node.dataLength();
        node.data = op.data();
        dataSize += node.dataLength() - lengthBefore;
        quotas.count(node, 0, node.dataLength() - lengthBefore, this);
        node.version = op.version();
        node.mzxid = txn.zxid();
        node.mtime = txn.timeMillis();
        listener.dataChanged(node.path(), node.acl);
        return new OpResult.DataSet(node.stat());
    }

    private OpResult setAcl(Txn.SetAcl op, TxnRecord txn) {
        Znode node = require(op.path(), txn);
        beforeChange(node);
        node.acl = shared(op.acl(), node.parent);
        node.aversion = op.aversion();
        return new OpResult.DataSet(node.stat());
    }

    Quotas quotas() {
        return quotas;
    }

    /** Replaces data that the server itself keeps, without a zxid, so that nobody is told. */
    void keep(Znode node, byte[] data) {
        beforeChange(node);
        dataSize += data.length - node.dataLength();
        node.data = data;
    }

    /** Finds the quotas among the znodes that a restore brought. */
    void restoreQuotas() {
        Znode top = nodes.get(SYSTEM_QUOTA);
        Znode end = top == null ? null : top.nextOutside();
        for (Znode node = top; node != null && node != end; node = node.nextInPreOrder()) {
            quotas.add(node, this);
        }
    }

    /** Most lists are the open one or the parent's, and then one object serves many znodes. */
    static List<Acl> shared(List<Acl> acl, @Nullable Znode parent) {
        if (acl.equals(Acl.OPEN)) {
            return Acl.OPEN;
        }
        return parent != null && acl.equals(parent.acl) ? parent.acl : acl;
    }

    void insert(Znode node, @Nullable Znode parent) {
        nodes.put(node.path(), node);
        dataSize += node.path().length() + node.dataLength();
        if (node.kind.isRemovable()) {
            removable.put(node.path(), node);
        }
        if (parent != null) {
            parent.append(node);
        }
    }

    void restoredAt(long zxid) {
        lastZxid = zxid;
    }

    /**
     * Starts to write down the state as it is now; changes may go on meanwhile and do not show.
     *
     * @throws IllegalStateException if the last capture has neither ended nor been given up
     */
    public SnapshotCapture beginCapture() {
        if (capture != null) {
            throw new IllegalStateException("A capture of the tree is running already");
        }
        captureGeneration++;
        capture = new SnapshotCapture(this, root, captureGeneration);
        return capture;
    }

    void endCapture(SnapshotCapture ended) {
        if (capture == ended) {
            capture = null;
        }
    }

    private void beforeChange(Znode node) {
        if (capture != null) {
            capture.beforeChange(node);
        }
    }

    private void beforeDelete(Znode node) {
        if (capture != null) {
            capture.beforeDelete(node);
        }
    }

    /** Shows every znode, parents before their children and siblings in the order of their creation. */
    public void forEach(Consumer<ZnodeState> visitor) {
        for (Znode node = root; node != null; node = node.nextInPreOrder()) {
            visitor.accept(ZnodeState.of(node));
        }
    }

    /**
     * {@return a number that is equal for equal states and else almost surely differs; walks the whole tree}
     */
    public long digest() {
        return SnapshotFormat.digest(this, root);
    }

    private Znode require(String path, TxnRecord txn) {
        Znode node = nodes.get(path);
        if (node == null) {
            throw broken(txn, "needs " + path + ", which does not exist");
        }
        return node;
    }

    private static IllegalStateException broken(TxnRecord txn, String problem) {
        return new IllegalStateException("The transaction with zxid 0x" + Long.toHexString(txn.zxid())
                + " does not fit the tree: it " + problem);
    }
}
