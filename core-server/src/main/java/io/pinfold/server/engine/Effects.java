package io.pinfold.server.engine;

import io.pinfold.server.storage.LogEntry;
import java.util.List;

/**
 * What the engine asks of its rim besides sending to clients. Confined to the node loop; nothing here blocks, and the
 * answers come back as inputs of the engine.
 */
public interface Effects {
    /**
     * Appends transactions to the log and forces it; answered by {@link Engine#onForced} when they are durable. Entries
     * of several calls may share one force, but the order stays.
     */
    void append(List<LogEntry> entries);

    /** Begins a snapshot file for the state at exactly this zxid. */
    void beginSnapshot(long zxid);

    /** Adds to the snapshot that is being written; answered by {@link Engine#onSnapshotBlock}. */
    void snapshotBlock(byte[] bytes);

    /** Completes the snapshot file; answered by {@link Engine#onSnapshotDone}. */
    void commitSnapshot();

    /** Asks for another turn soon, because work was put off to let requests through. */
    void turnAgain();

    /** Ends the member: an invariant is broken, and going on could do harm. */
    void fail(String reason, Throwable cause);
}
