package io.pinfold.server.migration;

import io.pinfold.Acl;
import io.pinfold.server.tree.DataTree;
import io.pinfold.server.tree.NodeKind;
import io.pinfold.server.tree.TreeBuilder;
import io.pinfold.wire.MalformedFrame;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The state of an Apache ZooKeeper server, as its files tell it. Its snapshots are taken while the state changes, so they
 * hold some of what the log tells again; changes are therefore applied so that doing one twice does no harm. Confined to one
 * owner.
 */
public final class ForeignTree {
    private static final String SYSTEM = "/zookeeper";
    private static final String QUOTA = "/zookeeper/quota";
    private static final String CONFIG = "/zookeeper/config";

    final TreeMap<String, ForeignNode> nodes = new TreeMap<>();
    final TreeMap<Long, Integer> sessions = new TreeMap<>();
    private final HashMap<Long, TreeSet<String>> owned = new HashMap<>();
    private long lastZxid;
    private long digest;

    /** Makes what a server has that was never written to. */
    static ForeignTree fresh() {
        return of(new DataTree());
    }

    long lastZxid() {
        return lastZxid;
    }

    void at(long zxid) {
        lastZxid = zxid;
    }

    /** {@return the digest of all znodes, as ZooKeeper counts it} */
    long digest() {
        return digest;
    }

    void add(ForeignNode node) {
        ForeignNode before = nodes.put(node.path, node);
        digest += node.digest() - (before == null ? 0 : before.digest());
        if (node.kind() == NodeKind.EPHEMERAL) {
            owned.computeIfAbsent(node.owner, owner -> new TreeSet<>()).add(node.path);
        }
    }

    // ---- transactions ----

    /** A znode comes into being, or was there already. */
    void create(ForeignTxn.Header header, String path, byte @Nullable [] data, List<Acl> acl, long owner, int created) {
        ForeignNode parent = nodes.get(parent(path));
        if (parent == null) {
            return;
        }
        ForeignNode node = nodes.get(path);
        if (node == null) {
            node = new ForeignNode(path, data, acl);
            node.czxid = header.zxid();
            node.mzxid = header.zxid();
            node.pzxid = header.zxid();
            node.ctime = header.timeMillis();
            node.mtime = header.timeMillis();
            node.owner = owner;
            add(node);
        } else {
            node.acl = acl;
        }
        int counted = created == -1 ? parent.cversion + 1 : created;
        if (counted > parent.cversion) {
            digest -= parent.digest();
            parent.cversion = counted;
            parent.pzxid = Math.max(parent.pzxid, header.zxid());
            digest += parent.digest();
        }
    }

    void delete(long zxid, String path) {
        ForeignNode node = nodes.remove(path);
        if (node != null) {
            digest -= node.digest();
            owned.getOrDefault(node.owner, new TreeSet<>()).remove(path);
        }
        ForeignNode parent = nodes.get(parent(path));
        if (parent != null && parent.pzxid < zxid) {
            digest -= parent.digest();
            parent.pzxid = zxid;
            digest += parent.digest();
        }
    }

    void setData(ForeignTxn.Header header, String path, byte @Nullable [] data, int version) {
        ForeignNode node = nodes.get(path);
        if (node != null) {
            digest -= node.digest();
            node.data = data;
            node.version = version;
            node.mzxid = header.zxid();
            node.mtime = header.timeMillis();
            digest += node.digest();
        }
    }

    void setAcl(String path, List<Acl> acl, int aversion) {
        ForeignNode node = nodes.get(path);
        if (node != null) {
            digest -= node.digest();
            node.acl = acl;
            node.aversion = aversion;
            digest += node.digest();
        }
    }

    /** A session ends, and with it every znode that it owns, whether the record names it or not. */
    void closeSession(ForeignTxn.Header header) {
        sessions.remove(header.session());
        List<String> paths = new ArrayList<>(owned.getOrDefault(header.session(), new TreeSet<>()));
        paths.forEach(path -> delete(header.zxid(), path));
        owned.remove(header.session());
    }

    /** Ends what sessions left behind that are not there any more. */
    void purge() {
        List<String> orphans = new ArrayList<>();
        owned.forEach((session, paths) -> {
            if (!sessions.containsKey(session)) {
                orphans.addAll(paths);
            }
        });
        orphans.sort(null);
        orphans.forEach(path -> delete(lastZxid, path));
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(path.lastIndexOf('/'), 0));
    }

    // ---- ours ----

    /**
     * {@return the same as a tree of ours}
     *
     * @param membership who belongs to the new cluster, as the payload of an entry in the log; empty if that is not settled
     */
    DataTree toDataTree(byte[] membership) throws MalformedFrame {
        TreeBuilder builder = new TreeBuilder();
        if (membership.length > 0) {
            builder.membership(membership);
        }
        for (var session : sessions.entrySet()) {
            builder.session(session.getKey(), session.getValue());
        }
        List<ForeignNode> byBirth = new ArrayList<>(nodes.values());
        byBirth.removeIf(node -> node.path.equals(CONFIG));
        for (String own : List.of(SYSTEM, QUOTA)) {
            if (!nodes.containsKey(own)) {
                byBirth.add(new ForeignNode(own, new byte[0], Acl.OPEN));
            }
        }
        ForeignNode config = new ForeignNode(CONFIG, new byte[0], Acl.READ_ONLY);
        config.aversion = -1;
        byBirth.add(config);
        byBirth.sort(Comparator.comparingLong(node -> node.czxid)); // stable, so by name within one transaction
        for (ForeignNode node : byBirth) {
            builder.node(node.toState());
        }
        return builder.build(lastZxid);
    }

    static ForeignTree of(DataTree tree) {
        ForeignTree foreign = new ForeignTree();
        tree.forEach(state -> foreign.add(ForeignNode.of(state)));
        tree.sessions().forEach(foreign.sessions::put);
        foreign.at(tree.lastZxid());
        return foreign;
    }
}
