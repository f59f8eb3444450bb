package io.pinfold.testing.sim.oracle;

import io.pinfold.Acl;
import io.pinfold.CreateMode;
import io.pinfold.ErrorCode;
import io.pinfold.ZnodePath;
import io.pinfold.server.tree.NodeKind;
import io.pinfold.server.tree.Txn;
import io.pinfold.server.tree.TxnRecord;
import io.pinfold.wire.OpCode;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request to change something must lead to in a given state. Stateless. */
final class Judge {
    private static final Set<String> SERVERS_OWN = Set.of("/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config");
    private static final int SEQUENCE_DIGITS = 10;
    private static final Set<String> LEGAL_SCHEMES = Set.of("world", "digest", "ip", "x509", "sasl");

    /**
     * What must happen.
     *
     * @param error why nothing changes; {@code OK} if something does
     * @param place which operation of a transaction was refused
     * @param txn the change
     */
    record Verdict(ErrorCode error, int place, @Nullable Txn txn) {}

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        final ErrorCode code;

        Refused(ErrorCode code) {
            super(null, null, false, false);
            this.code = code;
        }
    }

    private Judge() {}

    /** {@return what must become of a request of a session; the time does not matter} */
    static Verdict judge(State state, Request request, long session) {
        if (request instanceof Request.CloseSession) {
            return state.sessions.containsKey(session)
                    ? new Verdict(ErrorCode.OK, 0, new Txn.CloseSession(state.ephemerals(session)))
                    : new Verdict(ErrorCode.SESSION_EXPIRED, 0, null);
        }
        if (request instanceof Request.Multi multi) {
            return judgeMulti(state, multi, session);
        }
        if (request instanceof Request.Check) {
            return new Verdict(ErrorCode.UNIMPLEMENTED, 0, null);
        }
        if (request instanceof Request.Reconfig) {
            return new Verdict(ErrorCode.RECONFIG_DISABLED, 0, null);
        }
        try {
            return new Verdict(ErrorCode.OK, 0, one(state, request, session));
        } catch (Refused refused) {
            return new Verdict(refused.code, 0, null);
        }
    }

    private static Verdict judgeMulti(State state, Request.Multi multi, long session) {
        State draft = state.next(state.zxid + 1);
        List<Txn> ops = new ArrayList<>();
        for (Request request : multi.ops()) {
            try {
                Txn op = one(draft, request, session);
                draft.applyOne(op, new TxnRecord(draft.zxid, 0, session, 0, op), ops.size());
                ops.add(op);
            } catch (Refused refused) {
                return new Verdict(refused.code, ops.size(), null);
            }
        }
        return new Verdict(ErrorCode.OK, 0, new Txn.Multi(ops));
    }

    private static Txn one(State state, Request request, long session) throws Refused {
        if (request instanceof Request.Create create) {
            return create(state, create, session);
        }
        need(state.sessions.containsKey(session), ErrorCode.SESSION_EXPIRED);
        if (request instanceof Request.Delete delete) {
            return delete(state, delete);
        }
        if (request instanceof Request.SetData set) {
            ModelNode node = legal(state, set.path());
            version(set.version(), node.version);
            return new Txn.SetData(set.path(), set.data(), node.version + 1);
        }
        if (request instanceof Request.Check check) {
            version(check.version(), legal(state, check.path()).version);
            return new Txn.Check(check.path());
        }
        if (request instanceof Request.SetAcl set) {
            need(ZnodePath.problem(set.path()) == null, ErrorCode.BAD_ARGUMENTS);
            List<Acl> acl = stored(set.acl());
            ModelNode node = legal(state, set.path());
            version(set.version(), node.aversion);
            return new Txn.SetAcl(set.path(), acl, node.aversion + 1);
        }
        throw new IllegalArgumentException(request.opCode() + " changes no znode");
    }

    private static Txn create(State state, Request.Create request, long session) throws Refused {
        CreateMode mode = CreateMode.ofFlag(request.flags());
        if (mode == null) {
            throw new Refused(ErrorCode.BAD_ARGUMENTS);
        }
        need(!mode.hasTtl(), ErrorCode.UNIMPLEMENTED);
        if (request.opCode() == OpCode.CREATE_TTL) {
            throw new Refused(request.ttlMillis() >= 0 ? ErrorCode.BAD_ARGUMENTS : ErrorCode.UNIMPLEMENTED);
        }
        need(state.sessions.containsKey(session), ErrorCode.SESSION_EXPIRED);
        String path = request.path();
        need(path.contains("/") && path.indexOf('\0') < 0, ErrorCode.BAD_ARGUMENTS);
        List<Acl> acl = stored(request.acl());
        ModelNode parent = state.node(path.substring(0, path.lastIndexOf('/')));
        if (parent == null) {
            throw new Refused(ErrorCode.NO_NODE);
        }
        if (mode.isSequential()) {
            String number = Long.toString(parent.created);
            path += "0".repeat(Math.max(0, SEQUENCE_DIGITS - number.length())) + number;
        }
        need(ZnodePath.problem(path) == null, ErrorCode.BAD_ARGUMENTS);
        need(state.node(path) == null, ErrorCode.NODE_EXISTS);
        need(parent.owner == 0, ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);
        NodeKind kind = mode.isEphemeral() ? NodeKind.EPHEMERAL : NodeKind.PERSISTENT;
        if (request.opCode() == OpCode.CREATE_CONTAINER) {
            kind = NodeKind.CONTAINER;
        }
        return new Txn.Create(path, request.data(), acl, kind, parent.created + 1);
    }

    private static Txn delete(State state, Request.Delete request) throws Refused {
        String path = request.path();
        need(path.contains("/") && path.indexOf('\0') < 0, ErrorCode.BAD_ARGUMENTS);
        need(!SERVERS_OWN.contains(path), ErrorCode.BAD_ARGUMENTS);
        ModelNode node = state.node(path);
        if (node == null || state.node(path.substring(0, path.lastIndexOf('/'))) == null) {
            throw new Refused(ErrorCode.NO_NODE);
        }
        version(request.version(), node.version);
        need(node.children.isEmpty(), ErrorCode.NOT_EMPTY);
        return new Txn.Delete(path);
    }

    private static List<Acl> stored(List<Acl> asked) throws Refused {
        for (Acl acl : asked) {
            need(LEGAL_SCHEMES.contains(acl.scheme()), ErrorCode.INVALID_ACL);
        }
        need(!asked.isEmpty(), ErrorCode.INVALID_ACL);
        return new ArrayList<>(new LinkedHashSet<>(asked));
    }

    private static ModelNode legal(State state, String path) throws Refused {
        need(ZnodePath.problem(path) == null, ErrorCode.BAD_ARGUMENTS);
        ModelNode node = state.node(path);
        if (node == null) {
            throw new Refused(ErrorCode.NO_NODE);
        }
        return node;
    }

    private static void version(int expected, int actual) throws Refused {
        need(expected == -1 || expected == actual, ErrorCode.BAD_VERSION);
    }

    private static void need(boolean condition, ErrorCode otherwise) throws Refused {
        if (!condition) {
            throw new Refused(otherwise);
        }
    }
}
