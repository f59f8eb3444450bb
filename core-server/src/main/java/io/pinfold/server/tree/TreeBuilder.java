package io.pinfold.server.tree;

import io.pinfold.ZnodePath;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link DataTree} from znodes and sessions that come in any order, from a snapshot or from elsewhere. Confined to one
 * owner.
 */
public final class TreeBuilder {
    private static final Comparator<Znode> BY_BIRTH =
            Comparator.<Znode>comparingLong(node -> node.czxid).thenComparingInt(node -> node.ordinal);

    private final TreeMap<Long, Integer> sessions = new TreeMap<>();
    private final ArrayList<Znode> nodes = new ArrayList<>();
    private @Nullable Znode root;
    private byte[] membership = new byte[0];

    /** Says who belongs to the cluster, as the payload of an entry in the log. */
    public void membership(byte[] payload) {
        membership = payload;
    }

    /**
     * Adds a session.
     *
     * @throws MalformedFrame if there is one of this id already
     */
    public void session(long id, int timeoutMillis) throws MalformedFrame {
        if (sessions.putIfAbsent(id, timeoutMillis) != null) {
            throw new MalformedFrame("There is the session 0x" + Long.toHexString(id) + " twice");
        }
    }

    /** Adds a znode. Siblings that were made by one transaction are ordered as they come. */
    public void node(ZnodeState node) {
        node(node.toZnode(nodes.size()));
    }

    void node(Znode node) {
        if (node.path().equals(ZnodePath.ROOT)) {
            root = node;
        }
        nodes.add(node);
    }

    int sessions() {
        return sessions.size();
    }

    int nodes() {
        return nodes.size();
    }

    /**
     * {@return the tree, which owns the znodes from now on}
     *
     * @param zxid of the last transaction that is in it
     * @throws MalformedFrame if something is missing or twice: a znode, its parent, the session of an ephemeral one, or one of
     *     the server's own
     */
    public DataTree build(long zxid) throws MalformedFrame {
        if (root == null) {
            throw new MalformedFrame("There is no root");
        }
        DataTree tree = new DataTree(root, nodes.size());
        for (Znode node : nodes) {
            if (node != root) {
                if (tree.get(node.path()) != null) {
                    throw new MalformedFrame("There is the znode " + node.path() + " twice");
                }
                tree.insert(node, null);
            }
        }
        requireServersOwnNodes(tree);
        linkChildren(tree);
        restoreSessions(tree);
        tree.restoreQuotas();
        tree.restoredAt(zxid);
        tree.restoreMembership(membership);
        return tree;
    }

    private static void requireServersOwnNodes(DataTree tree) throws MalformedFrame {
        for (String path : List.of(DataTree.SYSTEM, DataTree.SYSTEM_QUOTA, DataTree.SYSTEM_CONFIG)) {
            if (tree.get(path) == null) {
                throw new MalformedFrame("There is no " + path);
            }
        }
    }

    private void linkChildren(DataTree tree) throws MalformedFrame {
        HashSet<Znode> unordered = new HashSet<>();
        for (Znode node : nodes) {
            if (node == root) {
                continue;
            }
            Znode parent = tree.get(ZnodePath.parent(node.path()));
            if (parent == null || parent == node) {
                throw new MalformedFrame("There is " + node.path() + " without its parent");
            }
            Znode last = parent.lastChild();
            if (last != null && BY_BIRTH.compare(last, node) > 0) {
                unordered.add(parent);
            }
            parent.append(node);
            node.acl = DataTree.shared(node.acl, parent);
        }
        for (Znode node : nodes) {
            if (unordered.contains(node)) {
                orderChildren(node);
            }
        }
    }

    private static void orderChildren(Znode parent) {
        List<Znode> children = new ArrayList<>(parent.childCount());
        for (Znode child = parent.firstChild; child != null; child = child.nextSibling) {
            children.add(child);
        }
        children.sort(BY_BIRTH);
        parent.removeAllChildren();
        children.forEach(parent::append);
    }

    private void restoreSessions(DataTree tree) throws MalformedFrame {
        sessions.forEach(tree.sessions()::add);
        List<Znode> ephemerals = new ArrayList<>();
        for (Znode node : nodes) {
            if (node.kind == NodeKind.EPHEMERAL) {
                ephemerals.add(node);
            }
        }
        ephemerals.sort(BY_BIRTH);
        for (Znode node : ephemerals) {
            if (!tree.sessions().addEphemeral(node.ephemeralOwner, node.path())) {
                throw new MalformedFrame("There is the ephemeral " + node.path() + " without its session");
            }
        }
    }
}
