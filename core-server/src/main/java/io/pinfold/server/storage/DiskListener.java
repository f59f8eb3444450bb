package io.pinfold.server.storage;

import org.jspecify.annotations.Nullable;

/** Who is told what the disk has done, in the order of the commands; called by whoever runs the {@link DiskQueue}. */
public interface DiskListener {
    /** The log is durable up to this zxid. */
    void onForced(long zxid);

    /** Metadata are durable. */
    void onSaved(Metadata metadata);

    /** Entries were read; null when the log does not reach back that far. */
    void onLogRead(int peer, @Nullable LogSlice slice);

    /** Something was found that cannot be read any more, though the state is whole: a new snapshot would cover it. */
    void onUnreadable();

    /** A block of a snapshot was read. */
    void onSnapshotRead(int peer, long zxid, long chain, int index, byte[] block, boolean last);

    /** The snapshot of which a block was asked for can not be read on; it has to begin anew, with another one. */
    void onSnapshotGone(int peer);

    /** A block of a received snapshot is stored; with the last one, it is the state now. */
    void onSnapshotStored(long zxid, long chain, int index, boolean last);
}
