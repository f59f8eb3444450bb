package io.pinfold.server.tree;

import io.pinfold.Acl;
import io.pinfold.ZnodePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state as it will be once every prepared transaction is applied: the committed tree, and over it one small record
 * for each znode that a transaction in flight touches. Only preparation looks at it.
 *
 * <p>The records form a list from the one whose last change is oldest to the newest. Applying a transaction lets go of
 * the front of that list, so the overlay is as small as what is in flight, however often one znode is changed.
 *
 * <p>The changes of one transaction are made step by step between {@link #begin} and {@link #commit}; {@link #rollback}
 * takes them back exactly. Confined to one {@link Preparer}.
 */
final class PendingTree {
    static final long UNDECIDED = Long.MAX_VALUE;

    private final DataTree tree;
    private final PendingSessions sessions;
    private final PendingQuotas quotas;
    private final HashMap<String, PendingNode> nodes = new HashMap<>();
    private @Nullable PendingNode oldest;
    private @Nullable PendingNode newest;

    /** The records that the current transaction touched, and beside each what it was before; null for "not there". */
    private final ArrayList<PendingNode> touched = new ArrayList<>();

    private final ArrayList<@Nullable PendingNode> before = new ArrayList<>();

    PendingTree(DataTree tree) {
        this.tree = tree;
        sessions = new PendingSessions(tree.sessions());
        quotas = new PendingQuotas(tree);
    }

    PendingSessions sessions() {
        return sessions;
    }

    PendingQuotas quotas() {
        return quotas;
    }

    @Nullable
    NodeView view(String path) {
        if (oldest != null || !touched.isEmpty()) {
            PendingNode pending = nodes.get(path.isEmpty() ? ZnodePath.ROOT : path);
            if (pending != null) {
                return pending.exists ? pending : null;
            }
        }
        return tree.get(path);
    }

    /** The paths of all ephemeral znodes that a session will own. */
    List<String> ephemerals(long sessionId) {
        List<String> paths = new ArrayList<>();
        for (String path : tree.sessions().ephemerals(sessionId)) {
            PendingNode pending = nodes.get(path);
            if (pending == null || pending.exists && pending.ephemeralOwner == sessionId) {
                paths.add(path);
            }
        }
        for (String path : sessions.pendingEphemerals(sessionId)) {
            if (!tree.sessions().ownsEphemeral(sessionId, path)) {
                paths.add(path);
            }
        }
        return paths;
    }

    void create(String path, List<Acl> acl, NodeKind kind, long ephemeralOwner, int dataLength) {
        PendingNode parent = change(ZnodePath.parent(path));
        parent.childCount++;
        parent.childrenCreated++;
        PendingNode node = change(path);
        node.exists = true;
        node.version = 0;
        node.aversion = 0;
        node.acl = acl;
        node.kind = kind;
        node.ephemeralOwner = ephemeralOwner;
        node.dataLength = dataLength;
        node.childCount = 0;
        node.childrenCreated = 0;
        quotas.note(path, 1, dataLength);
        sessions.ephemeralPending(node);
    }

    void delete(String path) {
        change(ZnodePath.parent(path)).childCount--;
        PendingNode node = change(path);
        sessions.ephemeralSettled(node);
        node.exists = false;
        quotas.note(path, -1, -node.dataLength);
    }

    void setData(String path, int dataLength, int version) {
        PendingNode node = change(path);
        quotas.note(path, 0, dataLength - node.dataLength);
        node.dataLength = dataLength;
        node.version = version;
    }

    void setAcl(String path, List<Acl> acl, int aversion) {
        PendingNode node = change(path);
        node.acl = acl;
        node.aversion = aversion;
    }

    /** Starts a transaction. */
    void begin() {
        if (!touched.isEmpty()) {
            throw new IllegalStateException("The last transaction was neither committed nor rolled back");
        }
    }

    /** The changes since {@link #begin} belong to a transaction that will be applied. */
    void commit(long zxid) {
        for (int i = 0; i < touched.size(); i++) {
            PendingNode node = touched.get(i);
            if (before.get(i) != null) {
                unlink(node);
            }
            node.zxid = zxid;
            linkAsNewest(node);
        }
        touched.clear();
        before.clear();
        quotas.commit(zxid);
    }

    /** The changes since {@link #begin} will not happen. */
    void rollback() {
        quotas.rollback();
        for (int i = touched.size() - 1; i >= 0; i--) {
            PendingNode node = touched.get(i);
            PendingNode old = before.get(i);
            sessions.ephemeralSettled(node);
            if (old == null) {
                nodes.remove(node.path);
            } else {
                node.copyFrom(old);
                node.exists = old.exists;
                node.zxid = old.zxid;
                sessions.ephemeralPending(node);
            }
        }
        touched.clear();
        before.clear();
    }

    /** Lets go of all changes of transactions up to this one: the tree has them now. */
    void applied(long zxid) {
        PendingNode node = oldest;
        while (node != null && node.zxid <= zxid) {
            PendingNode next = node.newer;
            unlink(node);
            nodes.remove(node.path);
            sessions.ephemeralSettled(node);
            node = next;
        }
        sessions.applied(zxid);
        quotas.applied(zxid);
    }

    /** How many znodes have changes in flight. */
    int size() {
        return nodes.size();
    }

    /** The record of a znode, made if need be, and noted as touched by the current transaction. */
    private PendingNode change(String path) {
        PendingNode node = nodes.get(path);
        if (node != null && node.zxid == UNDECIDED) {
            return node;
        }
        if (node == null) {
            node = new PendingNode(path);
            Znode committed = tree.get(path);
            if (committed != null) {
                node.copyFrom(committed);
            }
            nodes.put(path, node);
            before.add(null);
        } else {
            PendingNode old = new PendingNode(path);
            old.copyFrom(node);
            old.exists = node.exists;
            old.zxid = node.zxid;
            before.add(old);
        }
        node.zxid = UNDECIDED;
        touched.add(node);
        return node;
    }

    private void linkAsNewest(PendingNode node) {
        node.older = newest;
        node.newer = null;
        if (newest == null) {
            oldest = node;
        } else {
            newest.newer = node;
        }
        newest = node;
    }

    private void unlink(PendingNode node) {
        if (node.older == null) {
            oldest = node.newer;
        } else {
            node.older.newer = node.newer;
        }
        if (node.newer == null) {
            newest = node.older;
        } else {
            node.newer.older = node.older;
        }
        node.older = null;
        node.newer = null;
    }
}
