package io.pinfold.server.tree;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.Stat;
import io.pinfold.ZnodePath;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The tree as one would write it without a thought of speed: each request takes effect at once, on plain maps. */
final class NaiveTree {
    static final Set<String> SERVERS_OWN = Set.of("/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config");

    static final class Node {
        byte @Nullable [] data;
        List<Acl> acl = Acl.OPEN;
        long czxid;
        long mzxid;
        long pzxid;
        long ctime;
        long mtime;
        int version;
        int aversion;
        long created;
        long owner;
        boolean container;
        long ttlMillis;

        Node copy() {
            Node copy = new Node();
            copy.data = data;
            copy.acl = acl;
            copy.czxid = czxid;
            copy.mzxid = mzxid;
            copy.pzxid = pzxid;
            copy.ctime = ctime;
            copy.mtime = mtime;
            copy.version = version;
            copy.aversion = aversion;
            copy.created = created;
            copy.owner = owner;
            copy.container = container;
            copy.ttlMillis = ttlMillis;
            return copy;
        }
    }

    /** What a client is told: an error, or the results. */
    record Outcome(ErrorCode error, List<OpResult> results) {}

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        final ErrorCode code;

        Refused(ErrorCode code) {
            super(null, null, false, false);
            this.code = code;
        }
    }

    TreeMap<String, Node> nodes = new TreeMap<>();
    TreeMap<Long, Integer> sessions = new TreeMap<>();
    long zxid;

    NaiveTree() {
        for (String path : SERVERS_OWN) {
            Node node = new Node();
            node.data = new byte[0];
            nodes.put(path, node);
        }
        Node config = node("/zookeeper/config");
        config.acl = Acl.READ_ONLY;
        config.aversion = -1;
    }

    Outcome execute(Request request, long session, long time) {
        TreeMap<String, Node> before = copyOfNodes();
        List<OpResult> results = new ArrayList<>();
        List<Request> ops = request instanceof Request.Multi multi ? multi.ops() : List.of(request);
        for (Request op : ops) {
            try {
                results.add(one(op, session, time));
            } catch (Refused refused) {
                nodes = before;
                if (!(request instanceof Request.Multi)) {
                    return new Outcome(refused.code, List.of());
                }
                List<OpResult> failures = new ArrayList<>();
                for (int i = 0; i < ops.size(); i++) {
                    ErrorCode code = i < results.size() ? ErrorCode.OK : ErrorCode.RUNTIME_INCONSISTENCY;
                    failures.add(new OpResult.Failed(i == results.size() ? refused.code : code));
                }
                return new Outcome(refused.code, failures);
            }
        }
        zxid++;
        return new Outcome(ErrorCode.OK, results);
    }

    void createSession(long id, int timeout) {
        zxid++;
        sessions.put(id, timeout);
    }

    boolean closeSession(long id) {
        if (sessions.remove(id) == null) {
            return false;
        }
        zxid++;
        for (String path : ephemerals(id)) {
            nodes.remove(path);
            node(ZnodePath.parent(path)).pzxid = zxid;
        }
        return true;
    }

    Set<String> ephemerals(long session) {
        Set<String> paths = new TreeSet<>();
        nodes.forEach((path, node) -> {
            if (node.owner == session) {
                paths.add(path);
            }
        });
        return paths;
    }

    Set<String> children(String path) {
        Set<String> names = new TreeSet<>();
        for (String other : nodes.keySet()) {
            if (other.length() > 1 && ZnodePath.parent(other).equals(path)) {
                names.add(ZnodePath.name(other));
            }
        }
        return names;
    }

    Stat stat(String path) {
        Node node = node(path);
        int children = children(path).size();
        return new Stat(
                node.czxid,
                node.mzxid,
                node.ctime,
                node.mtime,
                node.version,
                (int) (2 * node.created - children),
                node.aversion,
                node.owner,
                node.data == null ? 0 : node.data.length,
                children,
                node.pzxid);
    }

    private Node node(String path) {
        Node node = nodes.get(path);
        if (node == null) {
            throw new AssertionError(path);
        }
        return node;
    }

    private TreeMap<String, Node> copyOfNodes() {
        TreeMap<String, Node> copy = new TreeMap<>();
        nodes.forEach((path, node) -> copy.put(path, node.copy()));
        return copy;
    }

    private OpResult one(Request op, long session, long time) throws Refused {
        if (op instanceof Request.Create create) {
            return create(create, session, time);
        } else if (op instanceof Request.Delete delete) {
            return delete(delete, session);
        } else if (op instanceof Request.SetData set) {
            needSession(session);
            Node node = needLegalNode(set.path());
            needVersion(set.version(), node.version);
            node.data = set.data();
            node.version++;
            node.mzxid = zxid + 1;
            node.mtime = time;
            return new OpResult.DataSet(stat(set.path()));
        } else if (op instanceof Request.SetAcl set) {
            needSession(session);
            need(ZnodePath.problem(set.path()) == null, ErrorCode.BAD_ARGUMENTS);
            List<Acl> acl = stored(set.acl());
            Node node = needLegalNode(set.path());
            needVersion(set.version(), node.aversion);
            node.acl = acl;
            node.aversion++;
            return new OpResult.DataSet(stat(set.path()));
        } else if (op instanceof Request.Check check) {
            needSession(session);
            needVersion(check.version(), needLegalNode(check.path()).version);
            return new OpResult.Checked();
        }
        throw new AssertionError(op);
    }

    private OpResult create(Request.Create op, long session, long time) throws Refused {
        need(op.flags() >= 0 && op.flags() <= 6, ErrorCode.BAD_ARGUMENTS);
        boolean ttl = op.opCode() == OpCode.CREATE_TTL;
        need(ttl == op.flags() >= 5, ErrorCode.BAD_ARGUMENTS);
        need(!ttl || op.ttlMillis() > 0 && op.ttlMillis() < 1L << 40, ErrorCode.BAD_ARGUMENTS);
        needSession(session);
        String path = op.path();
        need(path.contains("/") && !path.contains("\0"), ErrorCode.BAD_ARGUMENTS);
        List<Acl> acl = stored(op.acl());
        String parentPath = path.substring(0, path.lastIndexOf('/'));
        Node parent = nodes.get(parentPath.isEmpty() ? "/" : parentPath);
        need(parent != null, ErrorCode.NO_NODE);
        if (parent == null) {
            throw new AssertionError();
        }
        CreateMode mode = CreateMode.ofFlag(op.flags());
        if (mode == null) {
            throw new AssertionError();
        }
        if (mode.isSequential()) {
            path += String.format("%010d", parent.created);
        }
        need(ZnodePath.problem(path) == null, ErrorCode.BAD_ARGUMENTS);
        need(!nodes.containsKey(path), ErrorCode.NODE_EXISTS);
        need(parent.owner == 0, ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);
        Node node = new Node();
        node.data = op.data();
        node.acl = acl;
        node.czxid = zxid + 1;
        node.mzxid = zxid + 1;
        node.pzxid = zxid + 1;
        node.ctime = time;
        node.mtime = time;
        node.ttlMillis = ttl ? op.ttlMillis() : 0;
        node.container = op.opCode() == OpCode.CREATE_CONTAINER;
        node.owner = mode.isEphemeral() && !node.container ? session : 0;
        nodes.put(path, node);
        parent.created++;
        parent.pzxid = zxid + 1;
        return new OpResult.Created(path, stat(path));
    }

    private OpResult delete(Request.Delete op, long session) throws Refused {
        needSession(session);
        String path = op.path();
        need(path.contains("/") && !path.contains("\0") && !SERVERS_OWN.contains(path), ErrorCode.BAD_ARGUMENTS);
        String parentPath = path.substring(0, path.lastIndexOf('/'));
        Node parent = nodes.get(parentPath.isEmpty() ? "/" : parentPath);
        Node node = nodes.get(path);
        if (parent == null || node == null) {
            throw new Refused(ErrorCode.NO_NODE);
        }
        needVersion(op.version(), node.version);
        need(children(path).isEmpty(), ErrorCode.NOT_EMPTY);
        nodes.remove(path);
        parent.pzxid = zxid + 1;
        return new OpResult.Deleted();
    }

    private static List<Acl> stored(List<Acl> asked) throws Refused {
        need(!asked.isEmpty(), ErrorCode.INVALID_ACL);
        List<Acl> distinct = asked.stream().distinct().toList();
        for (Acl acl : distinct) {
            need(!acl.scheme().equals("nonsense") && !acl.scheme().equals("auth"), ErrorCode.INVALID_ACL);
        }
        return distinct;
    }

    private void needSession(long session) throws Refused {
        need(sessions.containsKey(session), ErrorCode.SESSION_EXPIRED);
    }

    private Node needLegalNode(String path) throws Refused {
        need(ZnodePath.problem(path) == null, ErrorCode.BAD_ARGUMENTS);
        Node node = nodes.get(path);
        if (node == null) {
            throw new Refused(ErrorCode.NO_NODE);
        }
        return node;
    }

    private static void needVersion(int expected, int actual) throws Refused {
        need(expected == -1 || expected == actual, ErrorCode.BAD_VERSION);
    }

    private static void need(boolean condition, ErrorCode otherwise) throws Refused {
        if (!condition) {
            throw new Refused(otherwise);
        }
    }
}
