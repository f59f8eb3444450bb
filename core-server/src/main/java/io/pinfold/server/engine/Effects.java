package io.pinfold.server.engine;

import io.pinfold.server.consensus.ClusterId;
import io.pinfold.server.consensus.Membership;
import io.pinfold.server.consensus.Notice;
import io.pinfold.server.storage.LogEntry;
import java.util.List;

/**
 * What the engine asks of its rim besides sending to clients and peers. Confined to the node loop; nothing here blocks, and
 * the answers come back as inputs of the engine. What concerns the log, votes and received snapshots is carried out in the
 * order of the calls, and answered in that order.
 */
public interface Effects {
    /**
     * Appends entries to the log and forces it; answered by {@link Engine#onForced} when they are durable. Entries of several
     * calls may share one force, but the order stays.
     */
    void append(List<LogEntry> entries);

    /** Takes away every entry of the log after this one. */
    void cutAfter(long zxid);

    /** Makes a vote durable; answered by {@link Engine#onVoteSaved}. */
    void saveVote(long epoch, int candidate);

    /** Makes the directory one of this cluster, with its secret; answered by {@link Engine#onAdopted}. */
    void adopt(ClusterId cluster, byte[] sessionKey, boolean founder);

    /** Reads the log for a peer; answered by {@link Engine#onLogRead} or {@link Engine#onLogGone}. */
    void readLog(int peer, long afterZxid, int maxBytes);

    /** Reads a block of the newest snapshot for a peer; answered by {@link Engine#onSnapshotRead}. */
    void readSnapshot(int peer, int index);

    /** No more of the snapshot is needed for this peer. */
    void closeSnapshot(int peer);

    /** Stores a block of a snapshot that the leader sent; answered by {@link Engine#onSnapshotStored}. */
    void storeSnapshotBlock(long zxid, long chain, int index, byte[] block, boolean last);

    /** Begins a snapshot file for the state at exactly this zxid. */
    void beginSnapshot(long zxid);

    /** Adds to the snapshot that is being written; answered by {@link Engine#onSnapshotBlock}. */
    void snapshotBlock(byte[] bytes);

    /** Completes the snapshot file; answered by {@link Engine#onSnapshotDone}. */
    void commitSnapshot();

    /** Gives up the snapshot that is being written. */
    void abandonSnapshot();

    /** Asks for another turn soon, because work was put off to let requests through. */
    void turnAgain();

    /** These are the peers to be linked with from now on. */
    void membershipChanged(Membership membership);

    /** The member has another role, another leader or another epoch; {@link Engine#status} tells which. */
    void statusChanged();

    /** Something that an operator may want to know; one sentence without its end. */
    default void notice(Notice kind, String what) {}

    /** A change was made that goes beyond a soft quota, which binds nobody; an operator may want to know. */
    default void softQuotaExceeded(String path) {}

    /** {@return whether anybody wants lines of this kind in the audit log} */
    default boolean audits(AuditLine.Kind kind) {
        return false;
    }

    /** {@return as whom this server runs, for lines about what no client did} */
    default String serverUser() {
        return "";
    }

    /** Takes a line for the audit log. */
    default void audit(String line) {}

    /** Ends the member: an invariant is broken, and going on could do harm. */
    void fail(String reason, Throwable cause);
}
