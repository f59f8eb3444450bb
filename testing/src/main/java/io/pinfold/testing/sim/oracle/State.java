package io.pinfold.testing.sim.oracle;

import io.pinfold.Acl;
import io.pinfold.OpResult;
import io.pinfold.WatchEvent;
import io.pinfold.ZnodePath;
import io.pinfold.server.tree.NodeKind;
import io.pinfold.server.tree.Txn;
import io.pinfold.server.tree.TxnRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All znodes and sessions as of one zxid, on plain maps. A state shares unchanged znodes with the one before it; once it
 * is complete nobody changes it. Confined to the world's thread.
 */
final class State {
    static final String CONFIG = "/zookeeper/config";
    private static final String INVARIANT = "committed transactions fit the state";

    /** A change of one znode, in the order in which a transaction makes them. */
    record Change(WatchEvent.Type type, String path) {}

    final long zxid;
    final SharedMap<String, ModelNode> nodes;
    final SharedMap<Long, Integer> sessions;
    final List<Change> changes = new ArrayList<>();
    /** The time stamp of its transaction. */
    long timeMillis;

    private State(long zxid, SharedMap<String, ModelNode> nodes, SharedMap<Long, Integer> sessions) {
        this.zxid = zxid;
        this.nodes = nodes;
        this.sessions = sessions;
    }

    /** What every cluster begins with. */
    static State initial() {
        State state = new State(0, new SharedMap<>(), new SharedMap<>());
        for (String path : List.of("/", "/zookeeper", "/zookeeper/config", "/zookeeper/quota")) {
            ModelNode node = new ModelNode();
            node.data = new byte[0];
            state.nodes.put(path, node);
            if (path.length() > 1) {
                state.required(ZnodePath.parent(path)).children.add(ZnodePath.name(path));
            }
        }
        state.required(CONFIG).acl = Acl.READ_ONLY;
        state.required(CONFIG).aversion = -1;
        return state;
    }

    /** {@return a state to be changed} */
    State next(long nextZxid) {
        return new State(nextZxid, nodes.copy(), sessions.copy());
    }

    @Nullable
    ModelNode node(String path) {
        return nodes.get(path.isEmpty() ? "/" : path);
    }

    ModelNode required(String path) {
        ModelNode node = node(path);
        if (node == null) {
            throw new Violation(
                    INVARIANT, "zxid 0x" + Long.toHexString(zxid) + " needs " + path + ", which is not there");
        }
        return node;
    }

    /** {@return how many znodes are below this one} */
    int descendants(String path) {
        String below = path.length() == 1 ? path : path + '/';
        AtomicInteger count = new AtomicInteger();
        nodes.forEach((other, node) -> {
            if (other.length() > 1 && other.startsWith(below)) {
                count.incrementAndGet();
            }
        });
        return count.get();
    }

    /** {@return a session's ephemeral znodes, the oldest first} */
    List<String> ephemerals(long session) {
        List<Map.Entry<String, ModelNode>> owned = new ArrayList<>();
        nodes.forEach((path, node) -> {
            if (node.owner == session) {
                owned.add(Map.entry(path, node));
            }
        });
        owned.sort(Comparator.<Map.Entry<String, ModelNode>>comparingLong(e -> e.getValue().czxid)
                .thenComparingInt(e -> e.getValue().ordinal));
        return owned.stream().map(Map.Entry::getKey).toList();
    }

    // ---- changes ----

    private ModelNode change(String path) {
        ModelNode copy = required(path).copy();
        nodes.put(path.isEmpty() ? "/" : path, copy);
        return copy;
    }

    /** {@return the result of each operation} */
    List<OpResult> apply(TxnRecord txn) {
        timeMillis = txn.timeMillis();
        Txn body = txn.body();
        List<OpResult> results = new ArrayList<>();
        if (body instanceof Txn.Multi multi) {
            for (Txn op : multi.ops()) {
                results.add(applyOne(op, txn, results.size()));
            }
        } else if (body instanceof Txn.CreateSession create) {
            require(sessions.put(txn.sessionId(), create.timeoutMillis()) == null, "begins a session that exists");
        } else if (body instanceof Txn.CloseSession close) {
            close.ephemerals().forEach(this::delete);
            require(sessions.remove(txn.sessionId()) != null, "ends a session that does not exist");
        } else {
            results.add(applyOne(body, txn, 0));
        }
        return results;
    }

    OpResult applyOne(Txn op, TxnRecord txn, int ordinal) {
        if (op instanceof Txn.Create create) {
            return create(create, txn, ordinal);
        }
        if (op instanceof Txn.Delete delete) {
            delete(delete.path());
            return new OpResult.Deleted();
        }
        if (op instanceof Txn.SetData set) {
            ModelNode node = change(set.path());
            require(set.version() == node.version + 1, "skips a version of " + set.path());
            node.data = set.data();
            node.version = set.version();
            node.mzxid = zxid;
            node.mtime = txn.timeMillis();
            changes.add(new Change(WatchEvent.Type.NODE_DATA_CHANGED, set.path()));
            return new OpResult.DataSet(node.stat());
        }
        if (op instanceof Txn.SetAcl set) {
            ModelNode node = change(set.path());
            require(set.aversion() == node.aversion + 1, "skips a version of the list of " + set.path());
            node.acl = set.acl();
            node.aversion = set.aversion();
            return new OpResult.DataSet(node.stat());
        }
        require(op instanceof Txn.Check, "holds " + op + " where an operation belongs");
        return new OpResult.Checked();
    }

    private OpResult create(Txn.Create op, TxnRecord txn, int ordinal) {
        String path = op.path();
        require(!nodes.containsKey(path), "creates " + path + ", which exists");
        ModelNode parent = change(ZnodePath.parent(path));
        require(parent.owner == 0, "creates " + path + " under an ephemeral znode");
        boolean ephemeral = op.kind() == NodeKind.EPHEMERAL;
        require(!ephemeral || sessions.containsKey(txn.sessionId()), "creates " + path + " for nobody");
        parent.children = new TreeSet<>(parent.children);
        parent.children.add(ZnodePath.name(path));
        parent.created++;
        parent.pzxid = zxid;
        ModelNode node = new ModelNode();
        node.data = op.data();
        node.acl = op.acl();
        node.czxid = zxid;
        node.ordinal = ordinal;
        node.mzxid = zxid;
        node.pzxid = zxid;
        node.ctime = txn.timeMillis();
        node.mtime = txn.timeMillis();
        node.owner = ephemeral ? txn.sessionId() : 0;
        node.container = op.kind() == NodeKind.CONTAINER;
        nodes.put(path, node);
        changes.add(new Change(WatchEvent.Type.NODE_CREATED, path));
        return new OpResult.Created(path, node.stat());
    }

    private void delete(String path) {
        require(required(path).children.isEmpty(), "deletes " + path + ", which has children");
        ModelNode parent = change(ZnodePath.parent(path));
        parent.children = new TreeSet<>(parent.children);
        parent.children.remove(ZnodePath.name(path));
        parent.pzxid = zxid;
        nodes.remove(path);
        changes.add(new Change(WatchEvent.Type.NODE_DELETED, path));
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new Violation(INVARIANT, "zxid 0x" + Long.toHexString(zxid) + ' ' + otherwise);
        }
    }
}
