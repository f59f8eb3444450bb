package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import java.util.List;

/**
 * How a replica behaves in one role. What a role does not care for, it ignores. Parts change in
 * {@link Replica#become} only. Confined to its {@link Replica}.
 */
abstract sealed class Part permits Founding, Following, Campaigning, Leading {
    final Replica replica;

    Part(Replica replica) {
        this.replica = replica;
    }

    abstract Role role();

    /** The role begins. */
    abstract void entered();

    /** The role is over. */
    void left() {}

    /** Time went on. */
    void advance() {}

    long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    void onPeerUp(int peer) {}

    void onPeerDown(int peer, boolean closed) {}

    /** A peer said something although this member belongs to no cluster yet. */
    void onAnything(int from, Message message) {}

    void onAppend(int from, Message.Append append) {}

    void onCommitted(Message.Committed committed) {}

    void onAppendReply(int from, Message.AppendReply reply) {}

    void onSnapshotBlock(int from, Message.SnapshotBlock block) {}

    void onSnapshotReply(int from, Message.SnapshotReply reply) {}

    void onVoteReply(int from, Message.VoteReply reply) {}

    void onForced() {}

    void onVoteSaved() {}

    void onLogRead(int peer, long prevZxid, long prevChain, List<LogEntry> entries) {}

    void onLogGone(int peer) {}

    void onSnapshotGone(int peer) {}

    void onSnapshotRead(int peer, long zxid, long chain, int index, byte[] block, boolean last) {}

    void onSnapshotInstalled() {}

    void endOfTurn() {}

    @Override
    public String toString() {
        return role().toString();
    }
}
