package io.pinfold.server.tree;

import io.pinfold.ErrorCode;
import io.pinfold.OpResult;
import io.pinfold.wire.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns requests into transactions, one at a time in the order of their arrival, and hands out their zxids: what the
 * leader of a cluster does before anything is replicated. It judges a request by the state as it will be when all
 * earlier ones are applied, so requests need not wait for each other.
 *
 * <p>A refused request takes no zxid and leaves nothing behind. Apache ZooKeeper logs refusals; no client can tell.
 *
 * <p>Confined to the node loop. A new leader makes a new one, once all that was committed before is applied.
 */
public final class Preparer {
    /** More than any request of the default size can become, and what a record of the log must be able to hold. */
    public static final int DEFAULT_MAX_TXN_BYTES = 16 * 1024 * 1024;

    private static final long SESSION_ZXID_MASK = 0x00ff_ffff_ffff_ffffL;

    private final PendingTree pending;
    private final WriteRules rules;
    private final int maxTxnBytes;
    private long lastZxid;

    /** Makes one whose transactions follow a zxid. */
    public Preparer(DataTree tree, long lastZxid) {
        this(tree, lastZxid, Authorizer.OPEN, DEFAULT_MAX_TXN_BYTES);
    }

    /** Makes one whose transactions follow a zxid. */
    public Preparer(DataTree tree, long lastZxid, Authorizer authorizer, int maxTxnBytes) {
        this(tree, lastZxid, new PreparerOptions(authorizer, maxTxnBytes, false, false, path -> {}));
    }

    /** Makes one whose transactions follow a zxid. */
    public Preparer(DataTree tree, long lastZxid, PreparerOptions options) {
        this.lastZxid = lastZxid;
        this.maxTxnBytes = options.maxTxnBytes();
        pending = new PendingTree(tree);
        rules = new WriteRules(pending, options);
    }

    /** {@return the last zxid that was handed out} */
    public long lastZxid() {
        return lastZxid;
    }

    /** Lets go of what was kept because of transactions up to this one: the tree has them now. */
    public void applied(long zxid) {
        pending.applied(zxid);
    }

    /** Entries that this did not prepare took zxids, too. */
    public void skipTo(long zxid) {
        lastZxid = Math.max(lastZxid, zxid);
    }

    /** While there is hardly any room to keep the state, nothing may be added to it. */
    public void roomIsLow(boolean low) {
        rules.roomIsLow(low);
    }

    /** {@return how many znodes have changes that are not applied yet} */
    public int pendingNodes() {
        return pending.size();
    }

    /** As {@link #prepare(Request, Caller, int, long)} for somebody who has not authenticated. */
    public Prepared prepare(Request request, long sessionId, int cxid, long timeMillis) {
        return prepare(request, Caller.anonymous(sessionId), cxid, timeMillis);
    }

    /**
     * Judges a request to change something.
     *
     * @param cxid the client's number of the request
     * @param timeMillis the clock, in milliseconds since 1970
     */
    public Prepared prepare(Request request, Caller caller, int cxid, long timeMillis) {
        if (request instanceof Request.CloseSession) {
            return prepareCloseSession(caller.sessionId(), cxid, timeMillis);
        }
        pending.begin();
        if (request instanceof Request.Multi multi) {
            return prepareMulti(multi, caller, cxid, timeMillis);
        }
        Txn txn = request instanceof Request.Check ? null : rules.prepare(request, caller);
        if (txn == null) {
            return Prepared.refused(request instanceof Request.Check ? ErrorCode.UNIMPLEMENTED : rules.refusal());
        }
        return accept(txn, caller.sessionId(), cxid, timeMillis);
    }

    private Prepared prepareMulti(Request.Multi multi, Caller caller, int cxid, long timeMillis) {
        List<Request> requests = multi.ops();
        List<Txn> ops = new ArrayList<>(requests.size());
        long size = TxnCodec.HEADER_BYTES;
        for (Request request : requests) {
            Txn op = rules.prepare(request, caller);
            if (op == null) {
                return refuseMulti(ops.size(), rules.refusal(), requests.size());
            }
            size += TxnCodec.size(op);
            if (size > maxTxnBytes) {
                return refuseMulti(ops.size(), ErrorCode.BAD_ARGUMENTS, requests.size());
            }
            ops.add(op);
        }
        return accept(new Txn.Multi(ops), caller.sessionId(), cxid, timeMillis);
    }

    private Prepared refuseMulti(int place, ErrorCode refusal, int size) {
        pending.rollback();
        List<OpResult> results = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            ErrorCode code = i < place ? ErrorCode.OK : ErrorCode.RUNTIME_INCONSISTENCY;
            results.add(new OpResult.Failed(i == place ? refusal : code));
        }
        return new Prepared(null, refusal, results);
    }

    /**
     * Begins a session. Its id is made of the member's and of the transaction's zxid, so it never comes back.
     *
     * @param timeoutMillis the timeout that was agreed on
     * @param memberId the member to which the client is connected, 1 to 254
     * @param timeMillis the clock, in milliseconds since 1970
     */
    public Prepared prepareCreateSession(int timeoutMillis, int memberId, int cxid, long timeMillis) {
        if (memberId < 1 || memberId > 254) {
            throw new IllegalArgumentException("A member's id is from 1 to 254, not " + memberId);
        }
        pending.begin();
        long sessionId = freeSessionId((long) memberId << 56, lastZxid + 1);
        pending.sessions().begins(sessionId, lastZxid + 1);
        return accept(new Txn.CreateSession(timeoutMillis), sessionId, cxid, timeMillis);
    }

    /** Skips ids that are taken, which takes sessions that were imported from elsewhere. */
    private long freeSessionId(long member, long zxid) {
        long sessionId = member | zxid & SESSION_ZXID_MASK;
        while (pending.sessions().exists(sessionId)) {
            sessionId = member | sessionId + (1L << 48) + 1 & SESSION_ZXID_MASK;
        }
        return sessionId;
    }

    /**
     * Ends a session and all of its ephemeral znodes. From now on the session's requests are refused.
     *
     * @param timeMillis the clock, in milliseconds since 1970
     */
    public Prepared prepareCloseSession(long sessionId, int cxid, long timeMillis) {
        pending.begin();
        if (!pending.sessions().exists(sessionId)) {
            return Prepared.refused(ErrorCode.SESSION_EXPIRED);
        }
        List<String> ephemerals = pending.ephemerals(sessionId);
        ephemerals.forEach(pending::delete);
        pending.sessions().ends(sessionId, lastZxid + 1);
        return accept(new Txn.CloseSession(ephemerals), sessionId, cxid, timeMillis);
    }

    /**
     * Deletes a znode in the server's own name, unless something of it is under way already.
     *
     * @param timeMillis the clock, in milliseconds since 1970
     * @return the transaction, or {@code null} if the znode stays
     */
    public @Nullable TxnRecord prepareRemoval(Znode node, long timeMillis) {
        pending.begin();
        if (pending.view(node.path()) != node || node.childCount() > 0) {
            return null;
        }
        pending.delete(node.path());
        return accept(new Txn.Delete(node.path()), 0, 0, timeMillis).txn();
    }

    private Prepared accept(Txn txn, long sessionId, int cxid, long timeMillis) {
        lastZxid++;
        pending.commit(lastZxid);
        return Prepared.of(new TxnRecord(lastZxid, timeMillis, sessionId, cxid, txn));
    }
}
