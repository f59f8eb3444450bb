package io.pinfold.server.tree;

import io.pinfold.Acl;
import io.pinfold.ErrorCode;
import io.pinfold.ZnodePath;
import io.pinfold.wire.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which one operation is allowed, in the order that decides which error a client sees. An allowed operation
 * takes effect in the {@link PendingTree} at once; a refused one touches nothing. Confined to one {@link Preparer}.
 */
final class WriteRules {
    /** What the transaction that ends a session takes besides the paths. */
    private static final int CLOSE_SESSION_BYTES = 64;

    private final PendingTree pending;
    private final Authorizer authorizer;
    private final int maxTxnBytes;
    private final PreparerOptions options;
    private ErrorCode refusal = ErrorCode.OK;
    private boolean roomIsLow;

    WriteRules(PendingTree pending, PreparerOptions options) {
        this.pending = pending;
        this.authorizer = options.authorizer();
        this.maxTxnBytes = options.maxTxnBytes();
        this.options = options;
    }

    void roomIsLow(boolean low) {
        roomIsLow = low;
    }

    /** Why the last call of {@link #prepare} gave null. */
    ErrorCode refusal() {
        return refusal;
    }

    @Nullable
    Txn prepare(Request request, Caller caller) {
        if (request instanceof Request.SetData set) {
            return setData(set, caller);
        }
        if (request instanceof Request.Create create) {
            return create(create, caller);
        }
        if (request instanceof Request.Delete delete) {
            return delete(delete, caller);
        }
        if (request instanceof Request.Check check) {
            return check(check, caller);
        }
        if (request instanceof Request.SetAcl set) {
            return setAcl(set, caller);
        }
        throw new IllegalArgumentException(request.opCode() + " is not a change of the tree");
    }

    private @Nullable Txn create(Request.Create request, Caller caller) {
        ErrorCode wrongMode = CreateRules.checkMode(request, options.extendedTypes());
        if (wrongMode != ErrorCode.OK) {
            return refuse(wrongMode);
        }
        if (isOver(caller)) {
            return refuse(ErrorCode.SESSION_EXPIRED);
        }
        String path = request.path();
        int slash = path.lastIndexOf('/');
        if (slash < 0 || path.indexOf('\0') >= 0) {
            return refuse(ErrorCode.BAD_ARGUMENTS);
        }
        List<Acl> acl = AclRules.stored(request.acl(), caller.ids());
        if (acl == null) {
            return refuse(ErrorCode.INVALID_ACL);
        }
        NodeView parent = pending.view(path.substring(0, slash));
        if (parent == null) {
            return refuse(ErrorCode.NO_NODE);
        }
        if (!authorizer.permits(parent.acl(), Acl.CREATE, caller.ids())) {
            return refuse(ErrorCode.NO_AUTH);
        }
        if (CreateRules.isSequential(request)) {
            path = CreateRules.sequentialPath(path, parent.childrenCreated());
        }
        return createUnder(parent, path, acl, request, caller);
    }

    private @Nullable Txn createUnder(
            NodeView parent, String path, List<Acl> acl, Request.Create request, Caller caller) {
        if (ZnodePath.problem(path) != null) {
            return refuse(ErrorCode.BAD_ARGUMENTS);
        }
        boolean usedUp = CreateRules.isSequential(request) && parent.childrenCreated() > Integer.MAX_VALUE;
        if (usedUp || pending.view(path) != null) {
            return refuse(ErrorCode.NODE_EXISTS);
        }
        if (parent.kind() == NodeKind.EPHEMERAL) {
            return refuse(ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);
        }
        int dataLength = length(request.data());
        if (isBeyondQuota(path, 1, dataLength)) {
            return refuse(ErrorCode.QUOTA_EXCEEDED);
        }
        NodeKind kind = CreateRules.kind(request);
        if (kind == NodeKind.EPHEMERAL && !hasRoomForEphemeral(path, caller.sessionId())) {
            return refuse(ErrorCode.QUOTA_EXCEEDED);
        }
        long ttlMillis = kind == NodeKind.TTL ? request.ttlMillis() : 0;
        Txn txn = new Txn.Create(path, request.data(), acl, kind, parent.childrenCreated() + 1, ttlMillis);
        if (isTooLong(txn)) {
            return refuse(ErrorCode.BAD_ARGUMENTS);
        }
        pending.create(path, acl, kind, kind == NodeKind.EPHEMERAL ? caller.sessionId() : 0, dataLength);
        return txn;
    }

    /**
     * The transaction that ends a session names all of its ephemeral znodes, and must not become too long to be kept. The
     * server itself has no session, and so no room for any.
     */
    private boolean hasRoomForEphemeral(String path, long sessionId) {
        long bytes = pending.sessions().ephemeralBytes(sessionId) + TxnCodec.size(path);
        return sessionId != 0 && bytes + CLOSE_SESSION_BYTES <= maxTxnBytes;
    }

    private @Nullable Txn delete(Request.Delete request, Caller caller) {
        if (isOver(caller)) {
            return refuse(ErrorCode.SESSION_EXPIRED);
        }
        String path = request.path();
        int slash = path.lastIndexOf('/');
        if (slash < 0 || path.indexOf('\0') >= 0 || isServersOwn(path)) {
            return refuse(ErrorCode.BAD_ARGUMENTS);
        }
        NodeView parent = pending.view(path.substring(0, slash));
        if (parent == null) {
            return refuse(ErrorCode.NO_NODE);
        }
        if (!authorizer.permits(parent.acl(), Acl.DELETE, caller.ids())) {
            return refuse(ErrorCode.NO_AUTH);
        }
        NodeView node = pending.view(path);
        if (node == null) {
            return refuse(ErrorCode.NO_NODE);
        }
        if (differs(request.version(), node.version())) {
            return refuse(ErrorCode.BAD_VERSION);
        }
        if (node.childCount() > 0) {
            return refuse(ErrorCode.NOT_EMPTY);
        }
        pending.delete(path);
        return new Txn.Delete(path);
    }

    private @Nullable Txn setData(Request.SetData request, Caller caller) {
        String path = request.path();
        NodeView node = permitted(path, Acl.WRITE, caller);
        if (node == null) {
            return null;
        }
        int dataLength = length(request.data());
        if (isBeyondQuota(path, 0, dataLength - node.dataLength())) {
            return refuse(ErrorCode.QUOTA_EXCEEDED);
        }
        if (differs(request.version(), node.version())) {
            return refuse(ErrorCode.BAD_VERSION);
        }
        Txn.SetData txn = new Txn.SetData(path, request.data(), node.version() + 1);
        if (isTooLong(txn)) {
            return refuse(ErrorCode.BAD_ARGUMENTS);
        }
        pending.setData(path, dataLength, txn.version());
        return txn;
    }

    private @Nullable Txn check(Request.Check request, Caller caller) {
        NodeView node = permitted(request.path(), Acl.READ, caller);
        if (node == null) {
            return null;
        }
        return differs(request.version(), node.version())
                ? refuse(ErrorCode.BAD_VERSION)
                : new Txn.Check(request.path());
    }

    private @Nullable Txn setAcl(Request.SetAcl request, Caller caller) {
        if (isOver(caller)) {
            return refuse(ErrorCode.SESSION_EXPIRED);
        }
        String path = request.path();
        if (ZnodePath.problem(path) != null) {
            return refuse(ErrorCode.BAD_ARGUMENTS);
        }
        List<Acl> acl = AclRules.stored(request.acl(), caller.ids());
        if (acl == null) {
            return refuse(ErrorCode.INVALID_ACL);
        }
        NodeView node = permitted(path, Acl.ADMIN, caller);
        if (node == null) {
            return null;
        }
        if (differs(request.version(), node.aversion())) {
            return refuse(ErrorCode.BAD_VERSION);
        }
        Txn.SetAcl txn = new Txn.SetAcl(path, acl, node.aversion() + 1);
        if (isTooLong(txn)) {
            return refuse(ErrorCode.BAD_ARGUMENTS);
        }
        pending.setAcl(path, txn.acl(), txn.aversion());
        return txn;
    }

    /** What the operations on one znode itself begin with: session, path, existence, permission. */
    private @Nullable NodeView permitted(String path, int permission, Caller caller) {
        if (isOver(caller)) {
            refusal = ErrorCode.SESSION_EXPIRED;
            return null;
        }
        // A path that leads to a znode is legal; only of one that leads nowhere is it asked why.
        NodeView node = path.isEmpty() ? null : pending.view(path);
        if (node == null) {
            refusal = ZnodePath.problem(path) == null ? ErrorCode.NO_NODE : ErrorCode.BAD_ARGUMENTS;
            return null;
        }
        if (!authorizer.permits(node.acl(), permission, caller.ids())) {
            refusal = ErrorCode.NO_AUTH;
            return null;
        }
        return node;
    }

    private boolean isBeyondQuota(String path, int count, int bytes) {
        if (roomIsLow || !options.quotasEnforced()) {
            return roomIsLow;
        }
        Quotas.Verdict verdict = pending.quotas().judge(path, count, bytes);
        if (verdict == Quotas.Verdict.BEYOND_SOFT) {
            options.softQuota().accept(path);
        }
        return verdict == Quotas.Verdict.BEYOND_HARD;
    }

    private static int length(byte @Nullable [] data) {
        return data == null ? 0 : data.length;
    }

    private boolean isOver(Caller caller) {
        return caller.sessionId() != 0 && !pending.sessions().exists(caller.sessionId());
    }

    private boolean isTooLong(Txn txn) {
        return TxnCodec.HEADER_BYTES + TxnCodec.size(txn) > maxTxnBytes;
    }

    private static boolean differs(int expected, int actual) {
        return expected != -1 && expected != actual;
    }

    private static boolean isServersOwn(String path) {
        return switch (path) {
            case ZnodePath.ROOT, DataTree.SYSTEM, DataTree.SYSTEM_QUOTA, DataTree.SYSTEM_CONFIG -> true;
            default -> false;
        };
    }

    private @Nullable Txn refuse(ErrorCode code) {
        refusal = code;
        return null;
    }
}
