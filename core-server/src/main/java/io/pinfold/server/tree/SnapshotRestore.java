package io.pinfold.server.tree;

import io.pinfold.ZnodePath;
import io.pinfold.wire.JuteReader;
import io.pinfold.wire.JuteWriter;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link DataTree} from what a {@link SnapshotCapture} wrote. The bytes may come in pieces of any size, and the
 * records in any order before the end record. Confined to one owner.
 */
public final class SnapshotRestore {
    private static final Comparator<Znode> BY_BIRTH =
            Comparator.<Znode>comparingLong(node -> node.czxid).thenComparingInt(node -> node.ordinal);

    private final JuteReader in = new JuteReader();
    /** The beginning of a record whose end is in a later piece. */
    private final JuteWriter rest = new JuteWriter();

    private final TreeMap<Long, Integer> sessions = new TreeMap<>();
    private final ArrayList<Znode> nodes = new ArrayList<>();
    private @Nullable Znode root;
    private byte[] membership = new byte[0];
    private long zxid = -1;
    private boolean ended;

    /** Takes the next piece, which may be reused afterwards. */
    public void add(byte[] buffer, int offset, int length) throws MalformedFrame {
        int end = offset + length;
        int position = offset;
        while (rest.size() > 0 && position < end) {
            int missing = missingOfRest();
            int taken = Math.min(missing, end - position);
            rest.writeRaw(buffer, position, taken);
            position += taken;
            if (rest.size() >= 4 && missingOfRest() == 0) {
                readRecord(rest.array(), 4, rest.size() - 4);
                rest.reset();
            }
        }
        while (end - position >= 4) {
            int size = recordSize(buffer, position);
            if (size > end - position - 4) {
                break;
            }
            readRecord(buffer, position + 4, size);
            position += 4 + size;
        }
        rest.writeRaw(buffer, position, end - position);
    }

    private int missingOfRest() throws MalformedFrame {
        return rest.size() < 4 ? 4 - rest.size() : recordSize(rest.array(), 0) + 4 - rest.size();
    }

    private int recordSize(byte[] buffer, int offset) throws MalformedFrame {
        int size = in.reset(buffer, offset, offset + 4).readInt();
        if (size < 1) {
            throw new MalformedFrame("A record of the snapshot has the length " + size);
        }
        return size;
    }

    private void readRecord(byte[] buffer, int offset, int size) throws MalformedFrame {
        in.reset(buffer, offset, offset + size);
        byte kind = in.readByte();
        if (ended) {
            throw new MalformedFrame("The snapshot goes on behind its end");
        }
        switch (kind) {
            case SnapshotFormat.HEADER -> readHeader();
            case SnapshotFormat.SESSION -> readSession();
            case SnapshotFormat.NODE -> readNode();
            case SnapshotFormat.END -> readEnd();
            case SnapshotFormat.MEMBERSHIP -> readMembership();
            default -> throw new MalformedFrame("The snapshot has a record of the unknown kind " + kind);
        }
        if (in.remaining() != 0) {
            throw new MalformedFrame("A record of the snapshot is longer than its content");
        }
    }

    private void readHeader() throws MalformedFrame {
        int version = in.readInt();
        if (version != SnapshotFormat.VERSION) {
            throw new MalformedFrame("The snapshot has the format " + version
                    + "; this version of Pinfold reads format " + SnapshotFormat.VERSION);
        }
        if (zxid != -1) {
            throw new MalformedFrame("The snapshot has two headers");
        }
        zxid = in.readLong();
        if (zxid < 0) {
            throw new MalformedFrame("The snapshot has the negative zxid " + zxid);
        }
    }

    private void readSession() throws MalformedFrame {
        long id = in.readLong();
        if (sessions.putIfAbsent(id, in.readInt()) != null) {
            throw new MalformedFrame("The snapshot has the session 0x" + Long.toHexString(id) + " twice");
        }
    }

    private void readMembership() throws MalformedFrame {
        byte[] entry = in.readBuffer();
        if (entry == null) {
            throw new MalformedFrame("The snapshot has an empty membership");
        }
        membership = entry;
    }

    private void readNode() throws MalformedFrame {
        Znode node = SnapshotFormat.readNode(in);
        if (node.path().equals(ZnodePath.ROOT)) {
            root = node;
        }
        nodes.add(node);
    }

    private void readEnd() throws MalformedFrame {
        int sessionCount = in.readInt();
        int nodeCount = in.readInt();
        if (sessionCount != sessions.size() || nodeCount != nodes.size()) {
            throw new MalformedFrame("The snapshot should hold " + nodeCount + " znodes and " + sessionCount
                    + " sessions, and holds " + nodes.size() + " and " + sessions.size());
        }
        ended = true;
    }

    /**
     * {@return the tree}
     *
     * @throws MalformedFrame if the snapshot is not complete or contradicts itself
     */
    public DataTree finish() throws MalformedFrame {
        if (!ended || zxid == -1 || root == null || rest.size() != 0) {
            throw new MalformedFrame("The snapshot is not complete");
        }
        DataTree tree = new DataTree(root, nodes.size());
        for (Znode node : nodes) {
            if (node != root) {
                if (tree.get(node.path()) != null) {
                    throw new MalformedFrame("The snapshot has the znode " + node.path() + " twice");
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
                throw new MalformedFrame("The snapshot lacks " + path);
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
                throw new MalformedFrame("The snapshot has " + node.path() + " without its parent");
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
                throw new MalformedFrame("The snapshot has the ephemeral " + node.path() + " without its session");
            }
        }
    }
}
