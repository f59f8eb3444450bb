package io.pinfold.server.storage;

import java.util.List;

/** Something that a member asks of its disk; carried out in the order of asking. Immutable. */
public sealed interface DiskCommand {
    /**
     * Makes entries durable behind the last one.
     *
     * @param entries with ascending zxids
     */
    record Append(List<LogEntry> entries) implements DiskCommand {}

    /**
     * Voids everything after an entry.
     *
     * @param zxid the last entry that stays
     */
    record Cut(long zxid) implements DiskCommand {}

    /**
     * Makes metadata durable.
     *
     * @param metadata what to remember from now on
     */
    record Save(Metadata metadata) implements DiskCommand {}

    /**
     * Reads entries for a peer.
     *
     * @param peer for whom
     * @param afterZxid what the peer has
     * @param maxBytes how much to read, unless one entry has more
     */
    record ReadLog(int peer, long afterZxid, int maxBytes) implements DiskCommand {}

    /**
     * Reads a block of a snapshot for a peer, of the newest snapshot for block 0.
     *
     * @param peer for whom
     * @param index number of the block
     */
    record ReadSnapshot(int peer, int index) implements DiskCommand {}

    /**
     * Lets go of the snapshot that was read for a peer.
     *
     * @param peer for whom
     */
    record CloseSnapshot(int peer) implements DiskCommand {}

    /**
     * Stores a block of a snapshot that came from a peer. With the last one the snapshot becomes the state, and the log goes
     * on behind it.
     *
     * @param zxid the state of which the snapshot is
     * @param chain the chain value of that state
     * @param index number of the block
     * @param block the bytes
     * @param last whether it is complete now
     */
    record StoreSnapshot(long zxid, long chain, int index, byte[] block, boolean last) implements DiskCommand {}
}
