package io.pinfold.server.consensus;

import io.pinfold.server.storage.LogEntry;
import java.util.List;

/** What members say to each other about the log. Every message tells the epoch of its sender. Immutable. */
public sealed interface Message {
    /** {@return the sender's epoch; for a question before an election the epoch that would come} */
    long epoch();

    /**
     * Asks for a vote.
     *
     * @param epoch the epoch that the candidate wants to lead
     * @param lastZxid the last entry of its log
     * @param pre whether it only asks what the answer would be
     * @param transfer whether the present leader wants this election
     * @param noted the data directory of the one who is asked in the last membership that is known to be committed; 0 if none is
     */
    record VoteRequest(long epoch, long lastZxid, boolean pre, boolean transfer, long noted) implements Message {}

    /**
     * Answers a {@link VoteRequest}.
     *
     * @param epoch the epoch of the request when granted, else the voter's own
     * @param pre whether the question was only what the answer would be
     * @param granted whether the candidate has the vote
     */
    record VoteReply(long epoch, boolean pre, boolean granted) implements Message {}

    /**
     * Carries entries, and without entries says that the leader is alive.
     *
     * @param epoch the leader's epoch
     * @param prevZxid the entry that stands before the first of these
     * @param prevChain the chain value after that entry
     * @param entries what follows
     * @param commitZxid up to here everything is committed
     * @param round number that the answer repeats, which shows that the leader still led after asking
     */
    record Append(long epoch, long prevZxid, long prevChain, List<LogEntry> entries, long commitZxid, long round)
            implements Message {}

    /**
     * Answers {@link Append}s.
     *
     * @param epoch the follower's epoch
     * @param accepted whether the log agrees with the leader's as far as it was told
     * @param lastZxid if accepted, up to where it agrees; if not, a place from which to try again
     * @param durableZxid up to where the log agrees with the leader's and is durable
     * @param round the highest round seen
     */
    record AppendReply(long epoch, boolean accepted, long lastZxid, long durableZxid, long round) implements Message {}

    /**
     * Says that more is committed, between one {@link Append} and the next. Nobody answers it.
     *
     * @param epoch the leader's epoch
     * @param zxid up to here everything is committed
     */
    record Committed(long epoch, long zxid) implements Message {}

    /**
     * A piece of a snapshot.
     *
     * @param epoch the leader's epoch
     * @param zxid the state of which the snapshot is
     * @param chain the chain value after that entry
     * @param index number of this block, from 0
     * @param block the bytes
     * @param last whether no more follow
     */
    record SnapshotBlock(long epoch, long zxid, long chain, int index, byte[] block, boolean last) implements Message {}

    /**
     * Answers a {@link SnapshotBlock}.
     *
     * @param epoch the follower's epoch
     * @param zxid the snapshot that is meant
     * @param nextIndex the block that is wanted next
     */
    record SnapshotReply(long epoch, long zxid, int nextIndex) implements Message {}

    /**
     * Reminds a follower of what it once acknowledged to this leader, because it came back with less.
     *
     * @param epoch the leader's epoch
     * @param zxid up to here the follower had said that it was durable
     */
    record Reminder(long epoch, long zxid) implements Message {}

    /**
     * Asks the receiver to become a candidate at once, because the leader wants to stop leading.
     *
     * @param epoch the leader's epoch
     */
    record TimeoutNow(long epoch) implements Message {}
}
